"""`python -m benchmarks.child WORK ARGUMENTS`: one piece of work in a process of its own.

`WORK` names a function that prepares and returns what is to be done; the arguments are JSON. It says
`ready`, waits for a line, works, and says its answer as a line of JSON.
"""

import json
import sys

import django
from django.utils.module_loading import import_string

if __name__ == "__main__":
    django.setup()
    work = import_string(sys.argv[1])(**json.loads(sys.argv[2]))
    print("ready", flush=True)
    if sys.stdin.readline():
        print(json.dumps(work()), flush=True)
