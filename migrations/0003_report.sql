-- Reports (M4, M5): asked for, prepared by a job part by part, kept for 30 days.

create table report (
  cell smallint not null,
  tenant_id text collate "C" not null,
  -- a UUID of version 7: reports lie in the order in which they were asked for
  report_id text collate "C" not null,
  type text not null,
  first_day date not null,
  last_day date not null check (last_day >= first_day),
  -- Expired follows from expires_at and the tenant's clock
  status text not null check (status in ('Submitted', 'InProgress', 'Completed', 'Failed')),
  created_at timestamptz not null,
  completed_at timestamptz,
  expires_at timestamptz,
  failure text,
  parts int not null default 0 check (parts >= 0),
  row_count bigint not null default 0 check (row_count >= 0),
  bytes bigint not null default 0 check (bytes >= 0),
  -- what the last row that was written is sorted by: where a preparation that was interrupted goes on
  reached text[],
  discarded boolean not null default false,
  primary key (cell, tenant_id, report_id),
  foreign key (cell, tenant_id) references tenant,
  check ((status = 'Completed') = (completed_at is not null)),
  check ((status = 'Completed') = (expires_at is not null)),
  check ((status = 'Failed') = (failure is not null))
);

create index report_unfinished on report (cell, tenant_id) where status in ('Submitted', 'InProgress');
create index report_to_discard on report (cell, expires_at) where status = 'Completed' and not discarded;

-- Numbered 0, 1, 2 …; together they are the file.
create table report_part (
  cell smallint not null,
  tenant_id text collate "C" not null,
  report_id text collate "C" not null,
  part int not null,
  content text not null,
  primary key (cell, tenant_id, report_id, part),
  foreign key (cell, tenant_id, report_id) references report on delete cascade
);

-- What a report of a view says in a column: what an imported row said there; `ours` where it said nothing of it, unless it was
-- imported from this very view: then it was empty.
create function said(labels jsonb, view text, label text, ours text) returns text
language sql immutable parallel safe as $$
  select coalesce(labels ->> label, case when labels ->> 'view' = view then '' else ours end, '')
$$;
