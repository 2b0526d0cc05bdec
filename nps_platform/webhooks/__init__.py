"""What happened, told to other programs: signed posts by the Standard Webhooks scheme (https://www.standardwebhooks.com)."""
