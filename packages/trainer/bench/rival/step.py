"""One training step of transformers' BERT in PyTorch, eager, fp32 by default, at the call of another process.

Reads lines on stdin, answers each with one line of JSON on stdout:
  (start)  {"ready": true, "torch": "2.15.0", "transformers": "...", "threads": 2, "parameters": 12345}
  step     {"ms": 512.3, "loss": 0.69}: forward + backward (+ clipping by norm 1 + fused AdamW)
  quit     {"peakMemoryMiB": 1234.5}, then it ends; so it does at the end of stdin
  else     {"error": "..."}
With --steps N it takes N steps by itself, without stdin, and ends with {"medianMs": ..., "minMs": ..., "peakMemoryMiB": ...}.
"""

import argparse
import json
import os
import statistics
import sys
import time


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--hidden", type=int, default=384)
    parser.add_argument("--heads", type=int, default=12)
    parser.add_argument("--intermediate", type=int, default=1536)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--length", type=int, default=128)
    parser.add_argument("--shortest", type=int, help="shortest text of the batch; default: all have the full length")
    parser.add_argument("--dropout", type=float, default=0.1)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--optimizer", choices=["none", "adamw"], default="none")
    parser.add_argument("--attention", choices=["sdpa", "eager"], default="sdpa")
    parser.add_argument("--autocast", choices=["none", "bf16"], default="none", help="bf16: the forward pass under autocast")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--warmup", type=int, default=3, help="untimed steps before it says ready")
    parser.add_argument("--steps", type=int, help="take so many steps without waiting for stdin")
    parser.add_argument("--wait", choices=["default", "passive"], default="default", help="OMP_WAIT_POLICY of idle threads")
    return parser.parse_args()


def say(**values: object) -> None:
    print(json.dumps(values), flush=True)


def peak_memory_mib() -> float:
    """The high-water mark of the resident set. ru_maxrss would count what the parent had before the exec."""
    with open("/proc/self/status", encoding="ascii") as status:
        line = next(line for line in status if line.startswith("VmHWM"))
    return round(int(line.split()[1]) / 1024, 1)


def main() -> None:
    options = arguments()
    # Both are read when the OpenMP library is loaded. Threads that spin on after a step would slow the other
    # process of a paired measurement. GNU OpenMP, in PyTorch's wheels, stops by itself within milliseconds (and
    # "passive" makes PyTorch itself slower, for it sleeps within the step too); Intel's waits 200 ms unless told.
    os.environ.setdefault("KMP_BLOCKTIME", "1")
    if options.wait == "passive":
        os.environ["OMP_WAIT_POLICY"] = "PASSIVE"
    import torch
    import transformers
    from transformers import BertConfig, BertForSequenceClassification

    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    model = BertForSequenceClassification(
        BertConfig(
            num_hidden_layers=options.layers,
            hidden_size=options.hidden,
            num_attention_heads=options.heads,
            intermediate_size=options.intermediate,
            hidden_dropout_prob=options.dropout,
            attention_probs_dropout_prob=options.dropout,
            attn_implementation=options.attention,
        )
    ).train().to(options.device)
    size = (options.batch, options.length)
    lengths = torch.linspace(options.shortest or options.length, options.length, options.batch).long()
    attention_mask = (torch.arange(options.length)[None, :] < lengths[:, None]).long()  # [batch, length]
    input_ids = torch.randint(5, model.config.vocab_size, size) * attention_mask
    labels = torch.randint(0, 2, (options.batch,))
    input_ids, attention_mask, labels = (tensor.to(options.device) for tensor in (input_ids, attention_mask, labels))
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-5, fused=True) if options.optimizer == "adamw" else None

    def step() -> tuple[float, float]:
        start = time.perf_counter()
        with torch.autocast(options.device, dtype=torch.bfloat16, enabled=options.autocast == "bf16"):
            loss = model(input_ids=input_ids, attention_mask=attention_mask, labels=labels).loss
        loss.backward()
        if optimizer is not None:
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
        model.zero_grad(set_to_none=True)
        value = loss.item()  # On a GPU it waits for all that was asked for before.
        return (time.perf_counter() - start) * 1000, value

    for _ in range(options.warmup):
        step()
    say(
        ready=True,
        torch=torch.__version__,
        transformers=transformers.__version__,
        threads=torch.get_num_threads(),
        parameters=model.num_parameters(),
    )
    if options.steps is not None:
        times = [step()[0] for _ in range(options.steps)]
        say(
            medianMs=round(statistics.median(times), 1),
            minMs=round(min(times), 1),
            steps=options.steps,
            peakMemoryMiB=peak_memory_mib(),
        )
        return
    for line in sys.stdin:
        command = line.strip()
        if command == "step":
            ms, loss = step()
            say(ms=round(ms, 3), loss=loss)
        elif command == "quit":
            break
        elif command:
            say(error=f"unknown command {command!r}: 'step' or 'quit'")
    say(peakMemoryMiB=peak_memory_mib())


if __name__ == "__main__":
    main()
