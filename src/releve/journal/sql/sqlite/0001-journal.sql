create table batch (
    node text not null,
    sequence integer not null,
    hash blob not null,
    control integer not null,
    lines blob not null,
    primary key (node, sequence)
) strict;

create index batch_controlling on batch (node, sequence) where control > 0;

create table person (
    node text not null,
    sequence integer not null,
    entry integer not null,
    key text not null,
    nonce blob not null,
    day text not null,
    primary key (node, sequence, entry)
) strict, without rowid;

create index person_key on person (key);

create table fact (
    id blob not null primary key,
    node text not null,
    sequence integer not null
) strict, without rowid;

create table twice (
    id blob not null,
    node text not null,
    sequence integer not null,
    primary key (id, node, sequence)
) strict, without rowid;

create table total (
    node text not null,
    day text not null,
    queue text not null,
    band integer not null,
    named text not null,
    measure text not null,
    contacts integer not null,
    amount integer not null,
    primary key (day, queue, band, named, measure, node)
) strict, without rowid;
