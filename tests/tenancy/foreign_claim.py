"""A claim under PyJWT: prints what is in the token of the first argument, and a token of its own.

Key in hexadecimal on standard input. The token's times are of the past, so they aren't checked.
"""
import json
import sys

import jwt

key = bytes.fromhex(sys.stdin.read().strip())
claim = jwt.decode(
    sys.argv[1], key, algorithms=["HS256"], audience="example", options={"verify_exp": False, "verify_iat": False}
)
print(json.dumps(claim, sort_keys=True, separators=(",", ":")))
print(jwt.encode(claim, key, algorithm="HS256", headers={"kid": "k1", "typ": "art32-claim+jwt"}))
