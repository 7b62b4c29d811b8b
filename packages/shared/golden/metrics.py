"""Makes metrics.json: what scikit-learn and scipy say about small sets of logits.

Usage: python metrics.py > metrics.json
"""

import json

import numpy as np
import scipy
import sklearn
from scipy.special import log_softmax, softmax
from scipy.stats import binomtest
from sklearn.metrics import f1_score, log_loss, roc_auc_score


def evaluation(n, labels, seed, decimals):
    """Few decimals make ties."""
    random = np.random.default_rng(seed)
    truth = random.integers(0, labels, n)
    logits = random.normal(size=(n, labels)) + 1.2 * np.eye(labels)[truth]
    logits = np.round(logits, decimals).astype(np.float32)
    probabilities = softmax(logits.astype(np.float64), axis=1)
    predictions = probabilities.argmax(axis=1)
    right = int((predictions == truth).sum())
    interval = binomtest(right, n).proportion_ci(0.95, method="wilson")
    return {
        "labelCount": labels,
        "logits": logits.astype(float).round(decimals).flatten().tolist(),
        "labels": truth.tolist(),
        "accuracy": right / n,
        "accuracyInterval": [interval.low, interval.high],
        "loss": log_loss(truth, probabilities, labels=list(range(labels))),
        "macroF1": f1_score(truth, predictions, average="macro"),
        "auroc": roc_auc_score(truth, probabilities[:, 1] if labels == 2 else probabilities, multi_class="ovr"),
    }


def main():
    wilson = []
    for right, n in [(0, 10), (1, 10), (5, 10), (10, 10), (90, 100), (2, 3), (1, 1), (4321, 4400)]:
        interval = binomtest(right, n).proportion_ci(0.95, method="wilson")
        wilson.append({"successes": right, "n": n, "interval": [interval.low, interval.high]})
    mcnemar = []
    for only_a, only_b in [(0, 0), (1, 0), (0, 5), (3, 3), (2, 9), (10, 30), (400, 460), (700, 900)]:
        p = binomtest(only_a, only_a + only_b).pvalue if only_a + only_b > 0 else 1.0
        mcnemar.append({"onlyA": only_a, "onlyB": only_b, "p": p})
    print(
        json.dumps(
            {
                "origin": f"golden/metrics.py with scikit-learn {sklearn.__version__}, scipy {scipy.__version__}",
                "evaluations": [evaluation(40, 2, 1, 3), evaluation(40, 2, 2, 0), evaluation(45, 3, 3, 2), evaluation(60, 5, 4, 1)],
                "wilson": wilson,
                "mcnemar": mcnemar,
            },
            indent=1,
        )
    )


main()
