"""`python -m config.embedded keep DESCRIPTOR`: the process that stops the servers after the last command."""

import sys

from config.embedded import keeper

if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] != "keep":
        sys.exit(__doc__)
    keeper.keep(int(sys.argv[2]))
