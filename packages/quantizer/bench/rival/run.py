"""Runs models in Python's onnxruntime whenever another process asks: `{"model": 0, "length": 128}` is answered by `{"ms": 14.4}`.

    python run.py THREADS MODEL.onnx ...
"""

import json
import sys
import time

import numpy as np
import onnxruntime as ort

threads, files = int(sys.argv[1]), sys.argv[2:]
options = ort.SessionOptions()
options.intra_op_num_threads = threads
# Threads that spin after a run would slow the other side's.
options.add_session_config_entry("session.intra_op.allow_spinning", "0")
options.log_severity_level = 3
sessions = [ort.InferenceSession(file, options, providers=["CPUExecutionProvider"]) for file in files]
print(json.dumps({"ready": f"onnxruntime {ort.__version__} (Python)"}), flush=True)

for line in sys.stdin:
    asked = json.loads(line)
    ids = (1000 + np.arange(asked["length"]) * 7919 % 20_000).astype(np.int64)[None]
    start = time.perf_counter()
    sessions[asked["model"]].run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
    print(json.dumps({"ms": (time.perf_counter() - start) * 1e3}), flush=True)
