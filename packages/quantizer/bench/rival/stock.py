"""Stock exports of DistilBERT and BERT-base with random weights, and what onnxruntime's own tool makes of the first.

    python stock.py FOLDER

writes FOLDER/distilbert and FOLDER/bert: config.json, model.safetensors, model.onnx (torch.onnx.export), and for DistilBERT model_int8.onnx
(quantize_dynamic with a scale for each output channel, int8 weights).
"""

import sys
import warnings

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    DistilBertConfig,
    DistilBertForSequenceClassification,
)

warnings.filterwarnings("ignore")
folder = sys.argv[1]


def export(model, name):
    model.eval().save_pretrained(f"{folder}/{name}")
    ids = torch.randint(1000, 20_000, (2, 16))
    names = ["input_ids", "attention_mask"]
    axes = {key: {0: "batch", 1: "length"} for key in names}
    torch.onnx.export(
        model,
        (ids, torch.ones_like(ids)),
        f"{folder}/{name}/model.onnx",
        input_names=names,
        output_names=["logits"],
        dynamic_axes={**axes, "logits": {0: "batch"}},
        opset_version=17,
        dynamo=False,
    )


torch.manual_seed(0)
export(DistilBertForSequenceClassification(DistilBertConfig()), "distilbert")
export(BertForSequenceClassification(BertConfig()), "bert")
quantize_dynamic(
    f"{folder}/distilbert/model.onnx",
    f"{folder}/distilbert/model_int8.onnx",
    per_channel=True,
    weight_type=QuantType.QInt8,
)
