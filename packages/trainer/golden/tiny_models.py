"""Tiny random models and the writing of golden files, shared by the scripts of this folder."""

import json
import math
import re
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import BertConfig, BertForSequenceClassification, DistilBertConfig, DistilBertForSequenceClassification
from transformers.utils import logging

HERE = Path(__file__).resolve().parent

# One thread, and float64 arithmetic on float32 weights: the values are then the same on every machine
# once they are rounded to float32, and their own rounding error is far below what they are compared with.
torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)
logging.disable_progress_bar()


def tiny_bert(seed: int, weight_deviation: float) -> BertForSequenceClassification:
    config = BertConfig(
        vocab_size=60,
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=24,
        type_vocab_size=2,
        num_labels=2,
        hidden_act="gelu",
        layer_norm_eps=1e-12,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        classifier_dropout=0.0,
        attn_implementation="eager",
    )
    return randomize(BertForSequenceClassification(config), seed, weight_deviation)


def tiny_distilbert(seed: int, weight_deviation: float) -> DistilBertForSequenceClassification:
    config = DistilBertConfig(
        vocab_size=60,
        dim=16,
        n_layers=2,
        n_heads=2,
        hidden_dim=32,
        max_position_embeddings=24,
        num_labels=3,
        activation="gelu",
        dropout=0.0,
        attention_dropout=0.0,
        qa_dropout=0.0,
        seq_classif_dropout=0.0,
        attn_implementation="eager",
    )
    return randomize(DistilBertForSequenceClassification(config), seed, weight_deviation)


def randomize(model: torch.nn.Module, seed: int, weight_deviation: float) -> torch.nn.Module:
    """Matrices N(0, weight_deviation), biases N(0, 0.1), LayerNorm weights 1 + N(0, 0.2): nothing is left at 0 or 1."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            noise = torch.randn(parameter.shape, generator=generator, dtype=torch.float32)
            if name.endswith(".bias"):
                parameter.copy_(noise * 0.1)
            elif is_layer_norm(name):
                parameter.copy_(1 + noise * 0.2)
            else:
                parameter.copy_(noise * weight_deviation)
    return model


def is_layer_norm(name: str) -> bool:
    """BERT says LayerNorm; DistilBERT says sa_layer_norm, output_layer_norm, and LayerNorm in its embeddings."""
    return "LayerNorm" in name or "layer_norm" in name


def random_rows(generator: torch.Generator, lengths: list[int], first: int = 5, end: int = 60) -> list[list[int]]:
    """Token ids: [CLS] (2), random ids of first ... end - 1, [SEP] (3). No real token has id 0, the padding."""
    rows = []
    for length in lengths:
        rows.append([2, *torch.randint(first, end, (length - 2,), generator=generator).tolist(), 3])
    return rows


def pad(rows: list[list[int]], length: int) -> tuple[torch.Tensor, torch.Tensor]:
    """(input_ids, attention_mask), both [rows, length], padded on the right with id 0."""
    ids = torch.zeros(len(rows), length, dtype=torch.long)
    mask = torch.zeros(len(rows), length, dtype=torch.long)
    for index, row in enumerate(rows):
        ids[index, : len(row)] = torch.tensor(row)
        mask[index, : len(row)] = 1
    return ids, mask


def digits(value: float, significant: int = 10) -> float:
    """Rounded, so that the last bits, which differ between CPUs, are not in the file."""
    return float(f"{value:.{significant}g}") if math.isfinite(value) else value


def rounded(tensor: torch.Tensor) -> list:
    """The nested list of a tensor, its values rounded as by digits()."""
    return [rounded(row) for row in tensor] if tensor.dim() > 0 else digits(tensor.item())


def write_json(path: Path, value: object) -> None:
    """Indented, but for lists of numbers: these go on one line."""
    text = json.dumps(value, indent=2)
    text = re.sub(r"\[[-+.\deE,\s]*\]", lambda numbers: " ".join(numbers[0].split()).replace("[ ", "[").replace(" ]", "]"), text)
    path.write_text(text + "\n", encoding="utf-8")


def write_tensors(path: Path, tensors: dict[str, torch.Tensor]) -> None:
    """All as F32, whatever they were computed in."""
    save_file({name: tensor.detach().to(torch.float32).contiguous() for name, tensor in tensors.items()}, path)
    path.chmod(0o644)


def save_model(model: torch.nn.Module, folder: Path) -> None:
    """config.json and model.safetensors, by save_pretrained."""
    model.save_pretrained(folder)
    (folder / "model.safetensors").chmod(0o644)


def worst_relative_error(actual: dict[str, torch.Tensor], expected: dict[str, torch.Tensor]) -> tuple[float, str]:
    """max over tensors of |actual - expected|_2 / |expected|_2, tensors that are zero but for rounding left out."""
    worst = (0.0, "")
    for name, value in expected.items():
        norm = value.double().norm().item()
        if norm > 1e-10:
            worst = max(worst, ((actual[name].double() - value.double()).norm().item() / norm, name))
    return worst
