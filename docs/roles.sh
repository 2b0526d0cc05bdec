#!/bin/sh
# First start of the database container: the application's role, which owns nothing and can't bypass the wall.
# The owner the image makes is a superuser; FORCEd policies do not bind it, so it runs migrations and nothing else.
set -eu
psql -v ON_ERROR_STOP=1 -v password="$(cat /run/secrets/app_password)" -U "$POSTGRES_USER" -d "$POSTGRES_DB" <<'SQL'
CREATE ROLE circulo_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'password';
GRANT CONNECT ON DATABASE circulo TO circulo_app;
SQL
