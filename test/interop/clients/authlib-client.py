"""Signs a person in with authlib, refreshes, and has the tokens looked at and revoked: ISSUER CLIENT_ID CLIENT_SECRET REDIRECT_URI."""

import json
import os
import sys

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

import requests
from authlib.integrations.requests_client import OAuth2Session

issuer, client_id, client_secret, redirect_uri = sys.argv[1:]
server = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=30).json()
client = OAuth2Session(client_id, client_secret, scope="openid email offline_access", redirect_uri=redirect_uri, code_challenge_method="S256")
verifier = "v" * 43
url, state = client.create_authorization_url(server["authorization_endpoint"], code_verifier=verifier, prompt="consent")

# The sandbox approves at once; the redirects of a browser end at the client, which nobody listens for.
browser = requests.Session()
while not url.startswith(redirect_uri):
    url = requests.compat.urljoin(url, browser.get(url, allow_redirects=False, timeout=30).headers["location"])

token = client.fetch_token(server["token_endpoint"], authorization_response=url, state=state, code_verifier=verifier)
refreshed = client.refresh_token(server["token_endpoint"], refresh_token=token["refresh_token"])


def introspect(access_token):
    return client.introspect_token(server["introspection_endpoint"], token=access_token, token_type_hint="access_token").json()


before = introspect(refreshed["access_token"])
client.revoke_token(server["revocation_endpoint"], token=refreshed["access_token"], token_type_hint="access_token")
after = introspect(refreshed["access_token"])
user = client.get(server["userinfo_endpoint"])
print(json.dumps({"scope": token["scope"], "active": [before["active"], after["active"]], "userinfo": user.status_code}))
