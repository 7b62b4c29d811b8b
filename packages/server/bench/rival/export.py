"""The stock int8 model of transformers.js: PyTorch's ONNX export of a model folder, quantized by onnxruntime.quantize_dynamic.

Usage: export.py FOLDER OUTPUT. OUTPUT gets the folder's files and onnx/model_quantized.onnx.
"""

import os
import shutil
import sys

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from transformers import AutoModelForSequenceClassification

folder, output = sys.argv[1:]
os.makedirs(os.path.join(output, "onnx"), exist_ok=True)
for name in os.listdir(folder):
    if name.endswith((".json", ".txt")):
        shutil.copy(os.path.join(folder, name), output)

model = AutoModelForSequenceClassification.from_pretrained(folder, attn_implementation="eager").eval()
ids = torch.ones(1, 16, dtype=torch.int64)
path = os.path.join(output, "onnx", "model.onnx")
axes = {0: "batch", 1: "sequence"}
torch.onnx.export(
    model,
    (ids, ids),
    path,
    input_names=["input_ids", "attention_mask"],
    output_names=["logits"],
    dynamic_axes={"input_ids": axes, "attention_mask": axes, "logits": {0: "batch"}},
    opset_version=17,
    dynamo=False,
)
quantize_dynamic(path, os.path.join(output, "onnx", "model_quantized.onnx"), per_channel=True, weight_type=QuantType.QInt8)
os.remove(path)
