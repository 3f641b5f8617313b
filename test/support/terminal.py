"""Runs a program in a pseudo-terminal of its own: what comes on stdin is typed there, what the program writes goes to stdout.

    terminal.py COLUMNS ROWS PROGRAM [ARGUMENT ...]

When the program has ended the last line on stderr tells how: {"code": 0, "restored": true}. A signal's code is its number, negative;
`restored`: the terminal's modes are what they were before.
"""

import fcntl
import json
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios


def main() -> None:
    columns, rows, *program = sys.argv[1:]
    screen, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", int(rows), int(columns), 0, 0))
    before = termios.tcgetattr(terminal)
    ended, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    child = subprocess.Popen(
        program,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
        # It is the terminal that Ctrl-C is typed at: only a controlling one makes a signal of it.
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    sources = [screen, ended, sys.stdin.fileno()]
    while child.poll() is None:
        for ready in select.select(sources, [], [])[0]:
            if ready == screen:
                show(screen)
            elif ready == ended:
                os.read(ended, 64)
            else:
                typed = os.read(ready, 4096)
                if typed:
                    os.write(screen, typed)
                else:
                    # Whoever watched has gone.
                    child.kill()
                    sources.remove(ready)
    while select.select([screen], [], [], 0)[0]:
        show(screen)
    restored = termios.tcgetattr(terminal) == before
    print(json.dumps({"code": child.returncode, "restored": restored}), file=sys.stderr)


def show(screen: int) -> None:
    sys.stdout.buffer.write(os.read(screen, 65536))
    sys.stdout.buffer.flush()


main()
