"""Signs in as a machine with its key (private_key_jwt): ISSUER CLIENT_ID KEY_FILE."""

import json
import os
import sys

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT

issuer, client_id, key_file = sys.argv[1:]
server = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=30).json()
with open(key_file, encoding="utf-8") as file:
    client = OAuth2Session(client_id, file.read(), token_endpoint_auth_method="private_key_jwt")
client.register_client_auth_method(PrivateKeyJWT(server["token_endpoint"]))
token = client.fetch_token(server["token_endpoint"], grant_type="client_credentials")
print(json.dumps({"listed": "private_key_jwt" in server["token_endpoint_auth_methods_supported"], "token_type": token["token_type"]}))
