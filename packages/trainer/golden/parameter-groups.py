"""Writes parameter-groups/: the training of loss-curve/ with layer-wise learning rates, and with frozen layers."""

import copy
import json

import torch
from torch.nn.utils import clip_grad_norm_
from transformers import BertForSequenceClassification, get_linear_schedule_with_warmup

from tiny_models import HERE, digits, is_layer_norm, pad, write_json, write_tensors

FOLDER = HERE / "parameter-groups"
FOLDER.mkdir(exist_ok=True)
START = HERE / "loss-curve"
STEPS, WARMUP, LENGTH = 20, 5, 12
PEAK, DECAY, MAX_NORM = 2e-3, 0.01, 1.0
CASES = {"layer-decay": {"layerDecay": 0.6}, "frozen": {"layerDecay": 0.6, "freeze": 1}}


def depth(name, layers):
    """0 for the embeddings, k for layer k from 1, layers + 1 for pooler and classifier."""
    if name.startswith("bert.embeddings."):
        return 0
    return int(name.split(".")[3]) + 1 if name.startswith("bert.encoder.layer.") else layers + 1


def train(model, batches, layerDecay, freeze=None):
    layers = model.config.num_hidden_layers
    groups = []
    for name, parameter in model.named_parameters():
        if freeze is not None and depth(name, layers) <= freeze:
            parameter.requires_grad_(False)
            continue
        decays = not (name.endswith(".bias") or is_layer_norm(name))
        groups.append(
            {
                "params": [parameter],
                "lr": PEAK * layerDecay ** (layers + 1 - depth(name, layers)),
                "weight_decay": DECAY if decays else 0.0,
            }
        )
    optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.999), eps=1e-8, fused=False, foreach=False)
    schedule = get_linear_schedule_with_warmup(optimizer, WARMUP, STEPS)
    losses, norms = [], []
    for batch in batches:
        input_ids, attention_mask = pad(batch["input_ids"], LENGTH)
        loss = model(input_ids=input_ids, attention_mask=attention_mask, labels=torch.tensor(batch["labels"])).loss
        optimizer.zero_grad()
        loss.backward()
        losses.append(digits(loss.item()))
        norms.append(digits(clip_grad_norm_(model.parameters(), MAX_NORM).item()))
        optimizer.step()
        schedule.step()
    return {"loss": losses, "gradientNorm": norms}


model = BertForSequenceClassification.from_pretrained(START, attn_implementation="eager").double().train()
batches = json.loads((START / "batches.json").read_text())["batches"][:STEPS]
curves = {}
for name, settings in CASES.items():
    trained = copy.deepcopy(model)
    curves[name] = {**settings, **train(trained, batches, **settings)}
    write_tensors(FOLDER / f"{name}.safetensors", trained.state_dict())
write_json(FOLDER / "curves.json", {"steps": STEPS, "warmupSteps": WARMUP, **curves})
print("parameter-groups:", {name: curve["loss"][-1] for name, curve in curves.items()})
