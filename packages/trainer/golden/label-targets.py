"""Writes label-targets/: the loss of distilbert-gradient/ with class weights, with label smoothing, with both, and with a text without a label."""

import copy
import json

import torch
from torch.nn import functional as F
from transformers import DistilBertForSequenceClassification

from tiny_models import HERE, digits, write_json, write_tensors

FOLDER = HERE / "label-targets"
FOLDER.mkdir(exist_ok=True)
START = HERE / "distilbert-gradient"
WEIGHTS, SMOOTHING = [0.5, 2.0, 1.25], 0.15

batch = {name: torch.tensor(rows) for name, rows in json.loads((START / "batch.json").read_text()).items()}
labels = batch["labels"]
weights = torch.tensor(WEIGHTS, dtype=torch.float64)
unlabelled = labels.clone()
unlabelled[1] = -100  # cross_entropy's ignore_index
LOSSES = {
    "weighted": lambda logits: F.cross_entropy(logits, labels, weight=weights),
    "smoothed": lambda logits: F.cross_entropy(logits, labels, label_smoothing=SMOOTHING),
    "unlabelled": lambda logits: F.cross_entropy(logits, unlabelled, weight=weights, label_smoothing=SMOOTHING),
    "both": lambda logits: F.cross_entropy(logits, labels, weight=weights, label_smoothing=SMOOTHING),
}

model = DistilBertForSequenceClassification.from_pretrained(START, attn_implementation="eager").double().train()
results = {}
for name, loss_of in LOSSES.items():
    trained = copy.deepcopy(model)
    loss = loss_of(trained(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]).logits)
    loss.backward()
    gradients = {key: parameter.grad for key, parameter in trained.named_parameters()}
    norm = torch.stack([gradient.norm() for gradient in gradients.values()]).norm().item()
    results[name] = {"loss": digits(loss.item()), "gradientNorm": digits(norm)}
write_tensors(FOLDER / "both.safetensors", gradients)
write_json(FOLDER / "losses.json", {"classWeights": WEIGHTS, "labelSmoothing": SMOOTHING, **results})
print("label-targets:", {name: result["loss"] for name, result in results.items()})
