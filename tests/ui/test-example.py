#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""A new user computes the example with three clicks: Open the Example, Run, Show Results.

The widgets' animations are enabled here, unlike in the other tests.

    test-example.py MAMUTO
"""

import os
import sys

from story import story


@story(animated=True)
def example_opens(window):
    window.click("Open the Example")
    window.expect(holds="like(x, data)")
    window.expect(holds="1,500,000 × 3")
    # The example's arrays were made in the folder "part" and then moved out of it.
    made = os.listdir(os.path.join(os.environ["XDG_DATA_HOME"], "mamuto", "example"))
    assert "part" not in made and {"p.npy", "data.npy"} <= set(made), made


@story(animated=True)
def example_runs(window):
    window.click("Open the Example")
    window.expect(holds="1,500,000 × 3")
    window.click("Run")
    window.click("Show Results", seconds=120)
    window.expect(holds="1,500,000 rows")


if __name__ == "__main__":
    sys.exit(story.main())
