"""The wall between customers, as SQL: the portal's database role and what its rows let through.

Text only. The migrations of every room with customers' rows run it for their own tables, so what
it gives must not change once released: a new rule is a new function and a new migration.

Row-level security holds for every role but the tables' owner, and the owner is who the product
connects as: staff see all, a portal request sees what `people.portal.as_customer` lets it see,
any other login (a reporting tool, say) sees nothing until it gets policies of its own.
"""

from __future__ import annotations

PORTAL = "jiannuo_portal"
SETTING = "jiannuo.customer"

#: The customer of this transaction. Null where none is set (and after it: ''), equal to nothing.
CUSTOMER = f"nullif(current_setting('{SETTING}', true), '')::uuid"
MINE = f"customer_id = {CUSTOMER}"

# Roles belong to the whole server, so another database may have made it, even in this moment.
# The last block asks whether we may take the role where we may not hand it out ourselves.
ROLE = f"""
do $$ begin
  if not exists (select from pg_roles where rolname = '{PORTAL}') then
    create role {PORTAL} nologin;
  end if;
exception
  when duplicate_object or unique_violation then null;
  when insufficient_privilege then
    raise exception 'the role {PORTAL} is missing and % may not create it', current_user
      using errcode = 'insufficient_privilege', hint = format(
        'Have an administrator run: create role {PORTAL} nologin; grant {PORTAL} to %I;',
        current_user);
end $$;
do $$ begin
  grant {PORTAL} to current_user;
exception
  when unique_violation then null;
  when insufficient_privilege then
    begin
      set local role {PORTAL};
      reset role;
    exception when insufficient_privilege then
      raise exception '% may not act as the role {PORTAL}', current_user
        using errcode = 'insufficient_privilege', hint = format(
          'Have an administrator run: grant {PORTAL} to %I;', current_user);
    end;
end $$;
do $$ begin
  execute format('grant usage on schema %I to {PORTAL}', current_schema);
end $$;
"""


def around(table: str, mine: str = MINE, *, may: str = "select") -> tuple[str, str]:
    """Wall a table with customers' rows: (SQL, its reverse).

    `mine` is true for the rows of the customer of this transaction. `may`: what the portal may
    do with those, "" for nothing; the policy stands all the same, so that a grant given one day
    by hand opens one customer's rows and not everybody's.
    """
    grant = f"grant {may} on {table} to {PORTAL};" if may else ""
    return (
        f"""
alter table {table} enable row level security;
create policy {table}_of_customer on {table} to {PORTAL} using ({mine}) with check ({mine});
{grant}
""",
        f"""
revoke all on {table} from {PORTAL};
drop policy {table}_of_customer on {table};
alter table {table} disable row level security;
""",
    )


def under(table: str, parent: str, link: str) -> tuple[str, str]:
    """Wall a table whose rows are its parent's customer's, by its column `link`."""
    whose = f"parent.customer_id = {CUSTOMER}"
    return around(
        table,
        f"exists (select from {parent} parent where parent.id = {table}.{link} and {whose})",
    )


def closed(table: str) -> tuple[str, str]:
    """No row of it for anybody but the owner: row-level security without any policy."""
    return (
        f"alter table {table} enable row level security",
        f"alter table {table} disable row level security",
    )


def open_to_portal(table: str, *columns: str) -> tuple[str, str]:
    """A table that is about no customer, or some columns of it, which the portal reads too."""
    which = f" ({', '.join(columns)})" if columns else ""
    return (
        f"grant select{which} on {table} to {PORTAL}",
        f"revoke select{which} on {table} from {PORTAL}",
    )
