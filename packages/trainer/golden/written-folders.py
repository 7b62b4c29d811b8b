"""What transformers computes from the model folders that our own code writes: written-folders/logits.json.

The folders come from a seed (src/testing/wide-model.ts). To make them and the file anew, from the workspace:

  RETORT_WRITTEN_FOLDERS=/somewhere nx run trainer:test --skip-nx-cache   (its golden test fails until the file is right)
  python packages/trainer/golden/written-folders.py /somewhere
"""

import json
import sys
from pathlib import Path

import torch
from transformers import AutoModelForSequenceClassification, AutoTokenizer

TEXTS = [
    "The sea lay under a grey sky all day.",
    "A gale came up out of the north-west; nobody slept.",
    "Fog.",
    "What the harbor master wrote in his log, in a small and careful hand, was read by no one for forty years.",
]


def logits(folder: Path) -> list[list[float]]:
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    with torch.inference_mode():
        rows = [model(**tokenizer(text, return_tensors="pt")).logits[0].tolist() for text in TEXTS]
    return [[float(f"{value:.8g}") for value in row] for row in rows]


def main() -> None:
    root = Path(sys.argv[1])
    result = {"texts": TEXTS, "teacher": logits(root / "teacher"), "student": logits(root / "student")}
    target = Path(__file__).parent / "written-folders" / "logits.json"
    target.write_text(json.dumps(result, indent=2) + "\n", encoding="utf8")


if __name__ == "__main__":
    main()
