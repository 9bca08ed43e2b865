"""A claim under PyJWT: prints what is in the token of the first argument, and a token of its own.

Key in hexadecimal on standard input. Arguments: a token, the time that counts as now.
"""
import json
import sys
import time

import jwt

key = bytes.fromhex(sys.stdin.read().strip())
token, now = sys.argv[1], int(sys.argv[2])
time.time = lambda: now
claim = jwt.decode(
    token, key, algorithms=["HS256"], audience="example", options={"verify_exp": False, "verify_iat": False}
)
print(json.dumps(claim, sort_keys=True, separators=(",", ":")))
print(jwt.encode(claim, key, algorithm="HS256", headers={"kid": "k1", "typ": "art32-claim+jwt"}))
