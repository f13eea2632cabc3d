"""Prints a shared access signature for an account of Storage, given its name and its key.

https://learn.microsoft.com/rest/api/storageservices/create-account-sas
"""

import base64
import hashlib
import hmac
import sys
import urllib.parse

account, key = sys.argv[1:]
fields = {
    "sv": "2021-12-02",
    "ss": "bq",
    "srt": "sco",
    "sp": "rwdlacup",
    "se": "2099-01-01T00:00:00Z",
}
order = ("sp", "ss", "srt", "st", "se", "sip", "spr", "sv", "ses")
signed = "\n".join([account, *(fields.get(name, "") for name in order), ""])
digest = hmac.new(base64.b64decode(key), signed.encode(), hashlib.sha256).digest()
fields["sig"] = base64.b64encode(digest).decode()
print(urllib.parse.urlencode(fields))
