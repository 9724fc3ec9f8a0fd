"""Runs a command as the leader of a terminal of its own, closes the terminal when it shows a text, and prints how the command ended."""

import os
import pty
import sys

shows, *command = sys.argv[1:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
shown = b""
while shows.encode() not in shown:
    shown += os.read(terminal, 4096)
os.close(terminal)
_, status = os.waitpid(pid, 0)
print(128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))
