#!/bin/sh
# Makes every golden value again: PYTHON=/path/to/venv/bin/python packages/trainer/golden/make-all.sh
set -eu
cd "$(dirname "$0")"
for script in bert-gradient distilbert-gradient distillation-terms pretrained loss-curve parameter-groups label-targets adamw; do
  "${PYTHON:-python3}" -B "$script.py"
done
