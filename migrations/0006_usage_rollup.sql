-- Usage queries at scale: sums of daily usage by fewer dimensions, per day and per month, beside it. They answer only while they are
-- exact: every commit that changes a day of daily_usage counts so in usage_day, and what was added up says at which count.

create table usage_day (
  cell smallint not null,
  tenant_id text collate "C" not null,
  day date not null,
  -- how many commits have changed the day's usage
  changes bigint not null check (changes > 0),
  primary key (cell, tenant_id, day)
) with (fillfactor = 50);

insert into usage_day (cell, tenant_id, day, changes)
select cell, tenant_id, day, 1
from daily_usage
group by cell, tenant_id, day;

-- A day, or a month's days up to `through`, whose sums are in usage_rollup.
create table usage_rolled (
  cell smallint not null,
  tenant_id text collate "C" not null,
  monthly boolean not null,
  -- the day, or the month's first
  period date not null,
  through date not null check (through >= period),
  -- the changes of its days, added up, as they were read
  changes bigint not null check (changes > 0),
  -- the number of rows per slice; null: a sum is too large for a bigint, and only daily_usage can tell it
  sizes jsonb,
  primary key (cell, tenant_id, monthly, period)
);

-- `slice` is the set of dimension groups that a row is told apart by (store/usage-rollup.ts); columns of other groups are null in it.
create table usage_rollup (
  cell smallint not null,
  tenant_id text collate "C" not null,
  monthly boolean not null,
  slice smallint not null,
  period date not null,
  number integer not null,
  environment_id text collate "C",
  resource_id text collate "C",
  user_id text collate "C",
  capability text collate "C",
  feature text collate "C",
  model text collate "C",
  caller text collate "C",
  source source,
  billable boolean,
  channel text collate "C",
  currency currency,
  -- bigint, because a sum of numerics takes more than twice the time
  credits bigint not null,
  units bigint not null,
  actions bigint not null,
  primary key (cell, tenant_id, monthly, slice, period, number)
);

-- Of one environment, one user, one resource: few rows of many. The period comes first, so that adding up a period touches few pages
-- (with it last, a day of a large tenant took 1.7 times as long). And here rather than on daily_usage, where two such indexes made
-- updating a day's rows take 1.7 times as long, in the decision path.
create index usage_rollup_environment on usage_rollup (cell, tenant_id, monthly, slice, period, environment_id) where environment_id is not null;
create index usage_rollup_user on usage_rollup (cell, tenant_id, monthly, slice, period, user_id) where user_id is not null;
create index usage_rollup_resource on usage_rollup (cell, tenant_id, monthly, slice, period, resource_id) where resource_id is not null;
