"""The newest night in pandas: is it whole, who stands out, what is recommended.

    python newest_night.py out/latest
"""

import hashlib
import json
import sys
from pathlib import Path

import pandas as pd

night = Path(sys.argv[1])
manifest = json.loads((night / "manifest.json").read_text("utf-8"))
for output in manifest["outputs"]:
    found = hashlib.sha256((night / output["file"]).read_bytes()).hexdigest()
    assert found == output["sha256"], f"{output['file']} has been changed"

# Empty is unknown, not 0. An agent may be called "None" or "NA", so only the empty cell counts as missing.
read = {"keep_default_na": False, "na_values": [""]}
cards = pd.read_csv(night / "scorecards.csv", **read).set_index("agent")
recommended = pd.read_csv(night / "recommendations.csv", **read).set_index("agent")

table = cards[["score", "score_low", "score_high", "tier", "handled"]].join(recommended[["action", "amount"]])
print(f"{manifest['date']}: {manifest['counts']['kept']} of {manifest['counts']['rows']} rows")
print(table.sort_values("score", ascending=False).to_string())
print("sum of amounts:", f"{recommended['amount'].sum():.2f}")
