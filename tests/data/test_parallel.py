"""A process of its own: what reaches it, and what does not."""

import subprocess
import sys
from pathlib import Path

INTERRUPTED = """
import os, signal, time
from data.parallel import own_process

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where the tests run in the background
    pool = own_process(os.getpid)
    (process,) = pool._processes
    for _ in range(20):
        os.kill(process, signal.SIGINT)
        time.sleep(0.01)
    print(pool.submit(len, "abc").result(60))
    pool.shutdown()
"""


def test_an_interruption_does_not_reach_it_not_even_while_it_imports(tmp_path: Path) -> None:
    script = tmp_path / "interrupted.py"
    script.write_text(INTERRUPTED, encoding="utf-8")
    ended = subprocess.run([sys.executable, script], check=False, capture_output=True, encoding="utf-8")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "3\n", "")
