#!/bin/sh
# Tests the tests: plants the faults of faults.json in a copy of the pools and threads and checks that each is caught.
set -eu
exec "$(dirname "$0")/../../build.sh" mutate "$@"
