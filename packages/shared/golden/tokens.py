"""Makes tokens.json: token ids of Hugging Face's `tokenizers`, as transformers' BertTokenizer gives them, and where each token but [CLS] and [SEP] stands.

Places are "start-end" in UTF-16 units, as JavaScript counts; `tokenizers` counts code points.

Usage: python tokens.py VOCAB_TXT > tokens.json   (bert-base-uncased's vocab.txt)
"""

import json
import random
import sys

import tokenizers
from tokenizers import BertWordPieceTokenizer

TRICKY = [
    "", " ", "\t\n\r", "Hello, World!", "unaffable", "antidisestablishmentarianism", "x" * 99, "x" * 100, "x" * 101,
    "don't", "don’t — “quoted”…", "a.b,c;d:e!f?g", "$5 + 3^2 = ~14 `code` |x| <y> {z} [w] \\ @ # % & * _ /",
    "résumé naïve façade Ångström", "re\u0301sume\u0301", "É" * 100, "e\u0301" * 101, "İstanbul", "ΟΔΥΣΣΕΥΣ ΑΣ", "Straße ẞ ſ",
    "ǅ ﬁ ﬂ Ⅷ ½ ①", "ЙОД ёлка", "한국어 텍스트", "日本語の文章です。", "東京abc都", "中文，标点！", "豈更車", "\U00020000\U0002b81f x",
    "\U0002b820\U0002b821", "\U0002b920\U0002ceaf", "\U0002f800", "สวัสดี ภาษาไทย", "नमस्ते दुनिया", "مرحبا بالعالم", "שָׁלוֹם", "Tiếng Việt",
    "😀 smile", "word😀word", "👨‍👩‍👧 family", "🇩🇪", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "\U0001d4d0" * 100, "\U0001d4d0" * 101, "zero\u200bwidth", "soft\u00adhyphen",
    "bom\ufeffinside", "nul\x00nul", "bell\x07", "vt\x0bff\x0cfs\x1cnel\x85end", "del\x7f", "repl\ufffdaced", "private\ue000use", "no\u00a0break",
    "thin\u2009space\u202fnarrow", "ideographic\u3000space", "line\u2028sep\u2029para", "ogham\u1680space", "\u0301lone accent", "a \u0301b",
    "[CLS] [SEP] [PAD] [UNK] [MASK]", "a[SEP]b", "[sep] [Mask] [ SEP ] [[SEP]]", "[unused5] ##ing ##", "é[MASK]é", "\u037e\u0387", "\u2126\u212a\u212b",
    "http://example.com/a?b=c&d=e#f", "user@example.com", "3.14159 1,000,000 1e-5", "C++ C# .NET", "ALL CAPS TEXT", "camelCaseWord", "a\u0300\u0316b\u0316\u0300",
]
VARIANTS = [
    {"lowercase": True},
    {"lowercase": False},
    {"lowercase": True, "stripAccents": False},
    {"lowercase": False, "stripAccents": True},
    {"lowercase": True, "chineseCharacters": False},
]


def fuzz(count):
    """Random texts of characters that Unicode has had since version 6 and that `tokenizers` knows."""
    random.seed(7)
    ranges = [(0x20, 0x7F), (0x20, 0x7F), (0xA0, 0x250), (0x370, 0x400), (0x400, 0x500), (0x5D0, 0x5EB), (0x2000, 0x2070), (0x3040, 0x3100)]
    ranges += [(0x4E00, 0x5000), (0xAC00, 0xAD00), (0x300, 0x340), (0x1F600, 0x1F640)]
    for _ in range(count):
        spans = random.sample(ranges, 3)
        yield "".join(chr(random.randrange(*random.choice(spans))) for _ in range(random.randint(1, 30)))


def places(text, offsets):
    units = [0]
    for character in text:
        units.append(units[-1] + len(character.encode("utf-16-le")) // 2)
    return " ".join(f"{units[start]}-{units[end]}" for start, end in offsets)


def case(tokenizer, text):
    encoding = tokenizer.encode(text)
    return {"text": text, "ids": " ".join(map(str, encoding.ids)), "places": places(text, encoding.offsets[1:-1])}


def main(vocabulary):
    variants = []
    for options in VARIANTS:
        tokenizer = BertWordPieceTokenizer(
            vocabulary,
            lowercase=options["lowercase"],
            strip_accents=options.get("stripAccents"),
            handle_chinese_chars=options.get("chineseCharacters", True),
        )
        tokenizer.add_special_tokens(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
        texts = TRICKY + (list(fuzz(80)) if options == VARIANTS[0] else [])
        variants.append({"options": options, "cases": [case(tokenizer, text) for text in texts]})
    origin = f"golden/tokens.py with tokenizers {tokenizers.__version__} and bert-base-uncased's vocabulary"
    print(json.dumps({"origin": origin, "variants": variants}, indent=1))


main(sys.argv[1])
