"""Lists organizations with ZITADEL's own client for Python: HOST KEY_FILE, or HOST CLIENT_ID CLIENT_SECRET."""

import sys

from zitadel_client import Zitadel
from zitadel_client.models import OrganizationServiceListOrganizationsRequest

host, *identity = sys.argv[1:]
client = Zitadel.with_private_key(host, *identity) if len(identity) == 1 else Zitadel.with_client_credentials(host, *identity)
answer = client.organizations.list_organizations(OrganizationServiceListOrganizationsRequest())
print("\n".join(organization.name for organization in answer.result or []))
