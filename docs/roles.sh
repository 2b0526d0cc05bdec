#!/bin/sh
# First start of the database container: two roles. Neither is a superuser, so that FORCEd policies bind both.
# circulo_owner owns the database and runs migrations; circulo_app owns nothing and serves everything else.
set -eu
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d postgres \
  -v owner="$(cat /run/secrets/owner_password)" -v app="$(cat /run/secrets/app_password)" <<'SQL'
CREATE ROLE circulo_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'owner';
CREATE ROLE circulo_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'app';
CREATE DATABASE circulo OWNER circulo_owner;
REVOKE ALL ON DATABASE circulo FROM PUBLIC;
GRANT CONNECT ON DATABASE circulo TO circulo_app;
SQL
