-- Imports: which files of consumption were recorded as history, and what became of their rows. The files are kept as they came, so that
-- what they said can be held against what is exported later.

create table import (
  cell smallint not null,
  tenant_id text collate "C" not null,
  import_id text collate "C" not null,
  view text not null check (view in ('ai-builder-consumption', 'copilot-credits-environments', 'copilot-credits-agents', 'copilot-credits-users')),
  file_name text,
  -- the days that it is of; of files with a day in each row they grow with the parts
  from_day date not null,
  to_day date not null,
  -- what <1K counted as; where rows were recorded that do not say their environment
  below_thousand_as bigint not null,
  environment_id text collate "C" not null,
  environment_name text not null,
  -- a long file comes in parts
  parts int not null check (parts > 0),
  created_at timestamptz not null,
  primary key (cell, tenant_id, import_id),
  foreign key (cell, tenant_id) references tenant,
  check (from_day <= to_day)
);

create table import_part (
  cell smallint not null,
  tenant_id text collate "C" not null,
  import_id text collate "C" not null,
  part int not null check (part > 0),
  -- UTF-8, gzip
  content bytea not null,
  -- null: it was begun and not finished; importing the file again mends that
  finished_at timestamptz,
  rows int not null default 0 check (rows >= 0),
  recorded int not null default 0 check (recorded >= 0),
  unchanged int not null default 0 check (unchanged >= 0),
  problems int not null default 0 check (problems >= 0),
  primary key (cell, tenant_id, import_id, part),
  foreign key (cell, tenant_id, import_id) references import
);
