#!/bin/sh
# Makes ./secrets for docker-compose.yml, once: sh docs/make-secrets.sh 'smtp+tls://user:password@smtp.example.com:587'
# The folder is closed to others. The files inside are not, because processes in the containers run as other users.
set -eu
[ $# -eq 1 ] || { echo "usage: sh docs/make-secrets.sh EMAIL_URL" >&2; exit 2; }
[ ! -e secrets ] || { echo "./secrets is there already: nothing was changed" >&2; exit 1; }
umask 022
mkdir -m 700 secrets
secret() { od -An -tx1 -N32 /dev/urandom | tr -d ' \n'; }
for name in secret_key postgres_password owner_password app_password; do secret > secrets/$name; done
: > secrets/secret_key_fallbacks
printf '%s' "$1" > secrets/email_url
printf 'postgres://circulo_app:%s@database:5432/circulo' "$(cat secrets/app_password)" > secrets/database_url
printf 'postgres://circulo_owner:%s@database:5432/circulo' "$(cat secrets/owner_password)" > secrets/database_migration_url
