#!/usr/bin/env bash
# Four drafts, the second of them under a lane, then the last bar of that once more.
#
#     ditto-daw serve                                                  (in another terminal)
#     bash examples/loops.sh "warm house in C minor" 124
set -euo pipefail

prompt=${1:-warm house in C minor}
tempo=${2:-124}
out=${3:-loops}
lane=$(dirname "$0")/lane.csv

bridge() { ditto-bridge ${DITTO_PORT:+--port "$DITTO_PORT"} "$@"; }

bridge status > /dev/null

drafts=$(bridge render --kind draft --variations 4 --bars 4 \
    --prompt "$prompt" --tempo "$tempo" --out "$out")
echo "drafts:"
echo "$drafts"

loop=$(bridge render --from "$(echo "$drafts" | sed -n 2p)" --curve "$lane" --out "$out")
echo "under the lane: $loop"

again=$(bridge render --use redo --from "$loop" --redo 3 4 --out "$out")
echo "its last bar once more: $again"
