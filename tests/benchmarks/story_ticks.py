"""The longest tick of the window in every story: the tests of `tests/stories`, run once with a probe beside them.

Usage: packaging/test-session.sh python -m tests.benchmarks.story_ticks [FILES]. Without files: all stories.
`parts/tick_probe.py` explains which time is counted. bindtool aims at no tick of more than 50 ms in any story. A
busy computer adds its own: run it on an idle one, or look at the window's own time.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.parts.tick_probe import AIM, FIGURES, StoryTicks

STORIES = Path(__file__).parents[1] / "stories"
PROBE = "tests.benchmarks.parts.tick_probe"
SHOWN = 12


def main(arguments: list[str]) -> int:
    """Run the stories, print the roughest ones, and the number within the aim."""
    with tempfile.TemporaryDirectory() as folder:
        figures = Path(folder) / "ticks.jsonl"
        # Stories that need a desktop of their own start another pytest.
        environ = {**os.environ, FIGURES: str(figures), "PYTEST_ADDOPTS": f"-p {PROBE} -p no:cacheprovider -q"}
        command = [sys.executable, "-m", "pytest", *(arguments or [str(STORIES)])]
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
        stories = [StoryTicks(**json.loads(line)) for line in figures.read_text(encoding="utf-8").splitlines()]
    for story in sorted(stories, key=lambda story: -story.worst)[:SHOWN]:
        took = f"worst {story.worst:5.0f} ms, own {story.own:3.0f}"
        print(f"{took}, {story.over} of {story.ticks} ticks over {AIM}: {story.story}")
    smooth = sum(story.worst <= AIM for story in stories)
    ticks, over = sum(story.ticks for story in stories), sum(story.over for story in stories)
    own = sum(story.own <= AIM for story in stories)
    print(f"{own} of {len(stories)} stories without a tick for which the window itself needs more than {AIM} ms")
    print(f"{smooth} of {len(stories)} stories without a tick over {AIM} ms; {over} such ticks of {ticks}")
    print(done.stdout.strip().splitlines()[-1])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
