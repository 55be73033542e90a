-- The queries of both stores. A parameter is `:name`; what stands in `values (...)` is repeated for many rows.

-- name: nodes
with recursive hop (node) as (
    select min(node) from batch
    union all
    select (select min(batch.node) from batch where batch.node > hop.node) from hop where hop.node is not null
)
select node from hop where node is not null order by node

-- name: head
select sequence, hash from batch where node = :node order by sequence desc limit 1

-- name: batch
select node, sequence, hash, control, lines from batch where node = :node and sequence = :sequence

-- name: batches
select node, sequence, hash, control, lines from batch
where node = :node and sequence > :after
order by sequence
limit :most

-- name: controlling
select node, sequence, hash, control, lines from batch where control > 0 order by node, sequence

-- name: people
select sequence, entry, key, nonce from person
where node = :node and sequence > :after and sequence <= :last
order by sequence, entry

-- name: known
select id, node, sequence from fact where id in (values (:id))

-- name: of-key
select distinct node, sequence from person where key = :key order by node, sequence

-- name: totals
select day, queue, band, named, measure, cast(sum(contacts) as bigint), cast(sum(amount) as bigint) from total
where day >= :since and day <= :until
group by day, queue, band, named, measure
having sum(contacts) <> 0
order by day, queue, band, named, measure

-- name: twice
select id, node, sequence from twice order by id, node, sequence

-- name: add-batch
insert into batch (node, sequence, hash, control, lines) values (:node, :sequence, :hash, :control, :lines)

-- name: add-person
insert into person (node, sequence, entry, key, nonce, day) values (:node, :sequence, :entry, :key, :nonce, :day)

-- name: add-fact
insert into fact (id, node, sequence) values (:id, :node, :sequence)

-- name: take-over
update fact set node = :node, sequence = :sequence
where id = :id and node = :old_node and sequence = :old_sequence

-- name: add-twice
insert into twice (id, node, sequence) values (:id, :node, :sequence)

-- name: add-total
insert into total (node, day, queue, band, named, measure, contacts, amount)
values (:node, :day, :queue, :band, :named, :measure, :contacts, :amount)
on conflict (node, day, queue, band, named, measure)
do update set contacts = total.contacts + excluded.contacts, amount = total.amount + excluded.amount

-- name: forget-key
delete from person where key = :key

-- name: forget-before
delete from person where day < :day
