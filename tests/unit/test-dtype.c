/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * Tests of element types: parsing names of types, finding a common type for two types as numpy
 * does, and converting numbers. The test "numpy" in tests/integration compares the results with
 * numpy. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "dtype-convert.h"
#include "mamuto-dtype.h"
#include "mamuto-error.h"

static MamutoDtype
parse(const char *descr)
{
    g_autoptr(GError) error = NULL;
    MamutoDtype dtype = {0};

    mamuto_dtype_parse(descr, &dtype, &error);
    g_assert_no_error(error);
    return dtype;
}

static void
test_parse(void)
{
    static const struct {
        const char *given;
        const char *written;
    } good[] = {
        {"<f8", "<f8"},   {">f8", ">f8"},   {"|b1", "|b1"},     {"<i1", "|i1"},
        {">u1", "|u1"},   {"<U12", "<U12"}, {">U0", ">U0"},     {"|S5", "|S5"},
        {"<S0", "|S0"},   {"=i4", "<i4"},   {"i8", "<i8"},      {"<c16", "<c16"},
        {"<f2", "<f2"},   {">U99", ">U99"}, {"float64", "<f8"}, {"complex64", "<c8"},
        {"uint8", "|u1"}, {"int16", "<i2"}, {"bool", "|b1"},
    };
    static const char *const bad[] = {
        "",
        "<",
        "f",
        "<f3",
        "<f16",
        "<c4",
        "|O",
        "<M8[ns]",
        "<m8",
        "|V8",
        "<i3",
        "<f8x",
        "<f-8",
        "<f+8",
        "<f 8",
        "x8",
        "<U-1",
        "<<f8",
        "\xff\xfe",
        "<i16",
        "|S2147483648",
        "<U536870912",
        "<U99999999999999999999",
        "float",
        "float128",
        "float65",
        "<float64",
        "int0",
        "uint128",
        "bool8x",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(good); i++) {
        char string[MAMUTO_DTYPE_STRING_MAX];
        MamutoDtype dtype = parse(good[i].given);

        mamuto_dtype_to_string(&dtype, string);
        g_assert_cmpstr(string, ==, good[i].written);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        MamutoDtype dtype;

        g_assert_false(mamuto_dtype_parse(bad[i], &dtype, &error));
        g_assert_error(error, MAMUTO_ERROR, MAMUTO_ERROR_UNSUPPORTED);
        g_assert_true(g_utf8_validate(error->message, -1, NULL));
    }
}

/* The message must not take the first letter of any word for the kind of a type. */
static void
test_messages(void)
{
    static const struct {
        const char *descr;
        const char *says;
    } bad[] = {
        {"<f16", "this width of float"}, {"<M8[ns]", "dates and times"}, {"|O", "Python objects"},
        {"|V8", "structured"},           {"float", "not known"},         {"mixed", "not known"},
        {"Object", "not known"},         {"Void", "not known"},          {"<f8x", "not known"},
    };
    static const char wide[] = "ääääääääääääääääääääääääääääääääääääääääääääääääääääääääääääää";

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;
        MamutoDtype dtype;

        g_assert_false(mamuto_dtype_parse(bad[i].descr, &dtype, &error));
        g_assert_nonnull(strstr(error->message, bad[i].says));
        g_assert_nonnull(strstr(error->message, bad[i].descr));
    }
    for (gsize i = 0; i < 2; i++) {
        g_autofree char *descr = g_strconcat(i > 0 ? "x" : "", wide, NULL);
        g_autoptr(GError) error = NULL;
        MamutoDtype dtype;

        g_assert_false(mamuto_dtype_parse(descr, &dtype, &error));
        g_assert_true(g_utf8_validate(error->message, -1, NULL));
    }
}

static void
test_promote(void)
{
    static const char *const table[][3] = {
        {"|b1", "|b1", "|b1"},  {"|b1", "|i1", "|i1"}, {"|i1", "|u1", "<i2"},
        {"<i2", "|u1", "<i2"},  {"<i4", "<u4", "<i8"}, {"<i8", "<u8", "<f8"},
        {"|i1", "<u8", "<f8"},  {"<i2", "<f2", "<f4"}, {"<i4", "<f4", "<f8"},
        {"|b1", "<f2", "<f2"},  {"<u2", "<f2", "<f4"}, {"<f8", "<c8", "<c16"},
        {"<i8", "<c8", "<c16"}, {"<i2", "<c8", "<c8"}, {">f8", ">f8", "<f8"},
        {"|S3", "|S5", "|S5"},  {"<U3", "<U5", "<U5"}, {"|S3", "<U2", "<U3"},
        {"|b1", "|S5", NULL},   {"<f8", "<U5", NULL},  {"|S2147483647", "<U2", NULL},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(table); i++)
        for (guint turn = 0; turn < 2; turn++) {
            MamutoDtype a = parse(table[i][turn]), b = parse(table[i][1 - turn]), promoted;
            char string[MAMUTO_DTYPE_STRING_MAX];

            if (table[i][2] == NULL) {
                g_assert_false(mamuto_dtype_promote(&a, &b, &promoted));
                continue;
            }
            g_assert_true(mamuto_dtype_promote(&a, &b, &promoted));
            mamuto_dtype_to_string(&promoted, string);
            g_assert_cmpstr(string, ==, table[i][2]);
        }
}

static void
test_half(void)
{
    /* Every half-precision number must survive the conversion to double and back. */
    for (guint32 half = 0; half <= G_MAXUINT16; half++)
        g_assert_cmpuint(half_from_double(half_to_double((guint16)half)), ==, half);
    g_assert_cmpuint(half_from_double(65519.99), ==, 0x7bff);
    g_assert_cmpuint(half_from_double(65520), ==, 0x7c00);
    g_assert_cmpuint(half_from_double(-1e300), ==, 0xfc00);
    g_assert_cmpuint(half_from_double(ldexp(1, -25)), ==, 0);
    g_assert_cmpuint(half_from_double(nextafter(ldexp(1, -25), 1)), ==, 1);
    g_assert_cmpuint(half_from_double(1 + ldexp(1, -11)), ==, 0x3c00);
    g_assert_cmpuint(half_from_double(1 + 3 * ldexp(1, -11)), ==, 0x3c02);
}

static void
test_convert(void)
{
    MamutoDtype i4 = parse("<i4"), big = parse(">i4"), f8 = parse(">f8"), c16 = parse("<c16");
    MamutoDtype s3 = parse("|S3"), u4 = parse("<U4");
    gint32 ints[600], swapped[600], back[600];
    guint32 text[8];
    double complexes[1200];
    guint8 floats[600 * 8 + 1];

    for (int i = 0; i < 600; i++)
        ints[i] = i * 7919 - 2000000;
    mamuto_dtype_convert(&i4, ints, &big, swapped, 600);
    for (int i = 0; i < 600; i++)
        g_assert_cmpuint(GUINT32_FROM_BE((guint32)swapped[i]), ==,
                         GUINT32_FROM_LE((guint32)ints[i]));
    mamuto_dtype_convert(&big, swapped, &f8, floats + 1, 600);
    mamuto_dtype_convert(&f8, floats + 1, &i4, back, 600);
    g_assert_cmpmem(ints, sizeof ints, back, sizeof back);
    mamuto_dtype_convert(&i4, ints, &c16, complexes, 600);
    g_assert_cmpfloat(complexes[2 * 599], ==, ints[599]);
    g_assert_cmpfloat(complexes[2 * 599 + 1], ==, 0);
    mamuto_dtype_convert(&s3, "ab\0xyz", &u4, text, 2);
    g_assert_cmpmem(text, sizeof text, U"ab\0\0xyz\0", 32);
    mamuto_dtype_convert(&i4, NULL, &f8, NULL, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/dtype/parse", test_parse);
    g_test_add_func("/dtype/messages", test_messages);
    g_test_add_func("/dtype/promote", test_promote);
    g_test_add_func("/dtype/half", test_half);
    g_test_add_func("/dtype/convert", test_convert);
    return g_test_run();
}
