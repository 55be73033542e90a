create table batch (
    node text collate "C" not null,
    sequence bigint not null,
    hash bytea not null,
    control integer not null,
    lines bytea not null,
    primary key (node, sequence)
);

create index batch_controlling on batch (node, sequence) where control > 0;

create table person (
    node text collate "C" not null,
    sequence bigint not null,
    entry integer not null,
    key text collate "C" not null,
    nonce bytea not null,
    day text collate "C" not null,
    primary key (node, sequence, entry)
);

create index person_key on person (key);

create table fact (
    id bytea not null primary key,
    node text collate "C" not null,
    sequence bigint not null
);

create table twice (
    id bytea not null,
    node text collate "C" not null,
    sequence bigint not null,
    primary key (id, node, sequence)
);

create table total (
    node text collate "C" not null,
    day text collate "C" not null,
    queue text collate "C" not null,
    band integer not null,
    named text collate "C" not null,
    measure text collate "C" not null,
    contacts bigint not null,
    amount bigint not null,
    primary key (day, queue, band, named, measure, node)
);
