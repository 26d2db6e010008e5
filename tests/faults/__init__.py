"""`make faults`: what breaks, broken: processes, servers, networks, clocks. The oracle is the providers' own log."""
