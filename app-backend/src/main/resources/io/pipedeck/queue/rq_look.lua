-- What an id stands for. A key of another type counts as no job.
-- ARGV: 1 job id
-- Returns status, pd_rev, pd_job, each '' where missing; false if there is no job.
local hash = 'rq:job:' .. ARGV[1]
if redis.call('TYPE', hash).ok ~= 'hash' then return false end
local v = redis.call('HMGET', hash, 'data', 'status', 'pd_rev', 'pd_job')
if not v[1] then return false end
return {v[2] or '', v[3] or '', v[4] or ''}
