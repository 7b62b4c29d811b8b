"""Makes metrics.json: what scikit-learn and scipy say about small sets of logits.

Usage: python metrics.py > metrics.json
"""

import json

import numpy as np
import scipy
import sklearn
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax
from scipy.stats import binomtest
from sklearn.metrics import confusion_matrix, f1_score, log_loss, precision_recall_fscore_support, roc_auc_score, roc_curve


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
    scored = [1] if labels == 2 else range(labels)
    return {
        "labelCount": labels,
        "logits": logits.astype(float).round(decimals).flatten().tolist(),
        "labels": truth.tolist(),
        "accuracy": right / n,
        "accuracyInterval": [interval.low, interval.high],
        "loss": log_loss(truth, probabilities, labels=list(range(labels))),
        "truePositiveRates": [
            float(np.mean([true_positive_rate(truth, probabilities, j, limit) for j in scored])) for limit in (0.01, 0.05, 0.2)
        ],
        "confusion": confusion_matrix(truth, predictions, labels=range(labels)).tolist(),
        "labelScores": np.array(
            precision_recall_fscore_support(truth, predictions, labels=range(labels), zero_division=np.nan)[:3]
        ).T.tolist(),
        "macroF1": f1_score(truth, predictions, average="macro"),
        "auroc": roc_auc_score(truth, probabilities[:, 1] if labels == 2 else probabilities, multi_class="ovr"),
    }


def true_positive_rate(truth, probabilities, label, limit):
    """By the best threshold on the points themselves."""
    false, true, _ = roc_curve(truth == label, probabilities[:, label], drop_intermediate=False)
    return float(true[false <= limit].max())


def calibration(n, labels, seed, scale):
    """Logits that are `scale` times too sure."""
    random = np.random.default_rng(seed)
    truth = random.integers(0, labels, n)
    logits = scale * (random.normal(size=(n, labels)) + 1.5 * np.eye(labels)[truth])
    logits = logits.round(3).astype(np.float32).astype(np.float64)

    def loss(log_temperature):
        return -log_softmax(logits / np.exp(log_temperature), axis=1)[np.arange(n), truth].mean()

    def calibration_error(temperature):
        probabilities = softmax(logits / temperature, axis=1)
        confidence = probabilities.max(axis=1)
        right = probabilities.argmax(axis=1) == truth
        edges = np.linspace(0, 1, 16)
        error = 0
        for low, high in zip(edges, edges[1:]):
            inside = (confidence > low) & (confidence <= high)
            if inside.any():
                error += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
        return error

    best = minimize_scalar(loss, bounds=(np.log(0.05), np.log(20)), method="bounded", options={"xatol": 1e-10})
    temperature = float(np.exp(best.x))
    return {
        "labelCount": labels,
        "logits": logits.round(3).flatten().tolist(),
        "labels": truth.tolist(),
        "temperature": temperature,
        "loss": float(best.fun),
        "calibrationErrors": [calibration_error(1), calibration_error(temperature)],
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
                "calibrations": [calibration(60, 2, 5, 3), calibration(60, 3, 6, 0.4), calibration(40, 5, 7, 1)],
                "wilson": wilson,
                "mcnemar": mcnemar,
            },
            indent=1,
        )
    )


main()
