"""Opens a Hugging Face model folder as its users do, and compares the logits with those given.

  python check-folder.py FOLDER GIVEN.json [--tolerance 1e-4]

GIVEN.json: {"texts": [...], "logits": [[...], ...], "maxTokens": 128}, logits [texts, labels] as the trainer computed
them; "maxTokens" may be left out: as many then as the tokenizer and the model allow.
Checks, each text alone and all of them in one padded batch:
  - transformers: AutoTokenizer and AutoModelForSequenceClassification against the given logits
  - onnx/model.onnx: onnx.checker with full_check, then onnxruntime against the given logits
Prints the largest differences; exit code 1 if one is over the tolerance or a file is wrong.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
import transformers
from transformers import AutoModelForSequenceClassification, AutoTokenizer
from transformers.utils import logging

logging.disable_progress_bar()


def transformers_logits(model, encoded) -> np.ndarray:
    with torch.inference_mode():
        return model(**{name: torch.from_numpy(value) for name, value in encoded.items()}).logits.numpy()


def onnx_logits(session, encoded) -> np.ndarray:
    wanted = [given.name for given in session.get_inputs()]
    return session.run(["logits"], {name: encoded[name].astype(np.int64) for name in wanted})[0]


def differences(run, encode, texts: list[str], given: np.ndarray) -> dict[str, float]:
    alone = np.concatenate([run(encode([text])) for text in texts])
    together = run(encode(texts))
    return {"alone": float(np.abs(alone - given).max()), "in one batch": float(np.abs(together - given).max())}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("given", type=Path)
    parser.add_argument("--tolerance", type=float, default=1e-4)
    options = parser.parse_args()

    given = json.loads(options.given.read_text(encoding="utf-8"))
    texts, expected = given["texts"], np.array(given["logits"], dtype=np.float64)
    tokenizer = AutoTokenizer.from_pretrained(options.folder)
    model, loading = AutoModelForSequenceClassification.from_pretrained(options.folder, output_loading_info=True)
    model.eval()
    max_tokens = given.get("maxTokens", min(tokenizer.model_max_length, model.config.max_position_embeddings))
    print(f"transformers {transformers.__version__}, onnx {onnx.__version__}, onnxruntime {onnxruntime.__version__}")
    print(f"{type(model).__name__}, {type(tokenizer).__name__}, {len(texts)} texts of at most {max_tokens} tokens")
    print(f"labels {model.config.id2label}, parameters {model.num_parameters():,}")

    failures = [f"{kind}: {sorted(keys)}" for kind, keys in loading.items() if keys]
    if expected.shape != (len(texts), model.config.num_labels):
        sys.exit(f"logits have the shape {expected.shape}, not {(len(texts), model.config.num_labels)}: [texts, labels]")

    def encode(some: list[str]) -> dict[str, np.ndarray]:
        return dict(tokenizer(some, padding=True, truncation=True, max_length=max_tokens, return_tensors="np"))

    worst = {"transformers": differences(lambda encoded: transformers_logits(model, encoded), encode, texts, expected)}

    path = options.folder / "onnx" / "model.onnx"
    onnx.checker.check_model(str(path), full_check=True)
    graph = onnx.load(str(path)).graph
    for value in [*graph.input, *graph.output]:
        shape = [dimension.dim_param or dimension.dim_value for dimension in value.type.tensor_type.shape.dim]
        print(f"  {value.name}: {onnx.TensorProto.DataType.Name(value.type.tensor_type.elem_type)} {shape}")
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    missing = {value.name for value in session.get_inputs()} - set(encode(texts[:1]))
    if missing:
        failures.append(f"the tokenizer does not give the graph's inputs {sorted(missing)}")
    else:
        worst["onnxruntime"] = differences(lambda encoded: onnx_logits(session, encoded), encode, texts, expected)

    for name, found in worst.items():
        print(f"{name}: largest difference from the given logits", found)
        failures += [f"{name}, {case}: {value:.1e}" for case, value in found.items() if not value <= options.tolerance]
    for failure in failures:
        print("FAILED", failure)
    print("not all is well" if failures else f"all within {options.tolerance}")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
