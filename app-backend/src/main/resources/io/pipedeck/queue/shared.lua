-- What the changes share: each is a function of its values, found here by its name.
local changes = {}

local function error_text(answer)
  return type(answer) == 'table' and answer.err or tostring(answer)
end

-- What stands in front of a run of changes of one kind: found here by its name, for what can be read for all at once.
local begins = {}

-- Redis 6.2 can be set up to write scripts to the file as a whole unless they say this.
if redis.replicate_commands then redis.replicate_commands() end

-- A command that isn't written to Redis' append-only file, for what comes and goes in moments. PostgreSQL has it: after Redis
-- was started anew the leader shows it again.
local function unlogged(...)
  redis.set_repl(redis.REPL_SLAVE)
  local answer = redis.pcall(...)
  redis.set_repl(redis.REPL_ALL)
  if type(answer) == 'table' and answer.err then error(answer) end
  return answer
end

-- Changes fields of a job's hash. Where the file doesn't have the others either, as its field pd_unlogged says, all of them
-- go there.
local function set(hash, is_unlogged, ...)
  if not is_unlogged then return redis.call('HSET', hash, ...) end
  redis.call('HDEL', hash, 'pd_unlogged')
  local whole = redis.call('HGETALL', hash)
  for _, one in ipairs({...}) do whole[#whole + 1] = one end
  return redis.call('HSET', hash, unpack(whole))
end

-- What a run of changes leaves for its end, so that one command does it for all of them. An error there is the answer of
-- each change that asked for it.
local at_end, running = {}, 0
local function later(command, key, value, member)
  local known
  for _, one in ipairs(at_end) do
    if one.command == command and one.key == key then known = one end
  end
  if not known then
    known = {command = command, key = key, values = {}, changes = {}}
    at_end[#at_end + 1] = known
  end
  local values = known.values
  values[#values + 1] = value
  values[#values + 1] = member
  known.changes[#known.changes + 1] = running
end

-- Takes ids off a list; a short list is written anew without them.
local function take_off(list, ids)
  local length = redis.call('LLEN', list)
  if length == 0 then return end
  if #ids < 4 or length > 4 * #ids then
    for _, id in ipairs(ids) do redis.call('LREM', list, 1, id) end
    return
  end
  local gone, stays = {}, {}
  for _, id in ipairs(ids) do gone[id] = true end
  for _, id in ipairs(redis.call('LRANGE', list, 0, -1)) do
    if not gone[id] then stays[#stays + 1] = id end
  end
  if #stays == length then return end
  redis.call('DEL', list)
  if #stays > 0 then redis.call('RPUSH', list, unpack(stays)) end
end

local function do_what_is_left(answers)
  for _, left in ipairs(at_end) do
    local well, answer
    if left.command == 'take off' then
      well, answer = pcall(take_off, left.key, left.values)
    else
      well, answer = pcall(redis.call, left.command, left.key, unpack(left.values))
    end
    if not well then
      for _, change in ipairs(left.changes) do answers[change] = error_text(answer) end
    end
  end
  at_end = {}
end

-- How many jobs of a run have a key with this ending. Their ids stand in ARGV: the first, the last possible place, the step.
local function existing(ending, first, last, step)
  local keys = {}
  for at = first, last, step do keys[#keys + 1] = 'rq:job:' .. ARGV[at] .. ending end
  return redis.call('EXISTS', unpack(keys))
end

-- A finished job takes some 1,600 bytes, and its return value.
local function finished(bytes)
  redis.pcall('INCRBY', 'pipedeck:finished_bytes', bytes)
end

-- A queue as it is now, read once a call: how many ids it may hold, how many it holds, whether more wait in PostgreSQL.
local windows = {}
local function window(queue)
  local known = windows[queue]
  if not known then
    known = {
      limit = math.max(1000, 4 * redis.call('SCARD', 'rq:workers:' .. queue)),
      length = redis.call('LLEN', 'rq:queue:' .. queue),
      backlog = redis.call('SISMEMBER', 'pipedeck:backlog', queue) == 1}
    redis.call('SADD', 'rq:queues', 'rq:queue:' .. queue)
    windows[queue] = known
  end
  return known
end

-- RQ's own workers clean a registry now and then; where there are none, nobody else does.
local cleaned = {}
local function clean(registry, epoch)
  if not cleaned[registry] then
    cleaned[registry] = true
    redis.call('ZREMRANGEBYSCORE', registry, 0, epoch)
  end
end

-- Whether the hash tells of a later state than this change: then the change comes late.
local function is_late(rev, shown)
  return (tonumber(shown or '') or -1) > tonumber(rev)
end

-- A number that stands in a hash of somebody else, where anything may stand.
local function whole(text, otherwise)
  local n = tonumber(text or '')
  if not n or n ~= n or n < -1 or n > 1e10 then return otherwise end
  return math.floor(n)
end

local function leave_registries(id, queue, registries)
  for _, registry in ipairs(registries) do redis.call('ZREM', 'rq:' .. registry .. ':' .. queue, id) end
end

-- Jobs that ended in this call: they may still be on their lists.
local ended = {}

-- Whether an id waits on any queue or was popped from it.
local function waits(id)
  if ended[id] then return false end
  for _, list in ipairs(redis.call('SMEMBERS', 'rq:queues')) do
    if redis.call('LPOS', list, id) or redis.call('LPOS', list .. ':intermediate', id) then return true end
  end
  return false
end

-- Queues the jobs that waited for this one, where all they wait for is done (RQ's rules). A job without a hash is over, unless
-- it still waits: after Redis was started anew, until the leader shows it again.
local no_dependents = false
local function release_dependents(id, now, failed)
  ended[id] = true
  if no_dependents then return false end
  local key = 'rq:job:' .. id .. ':dependents'
  local dependents = redis.call('SMEMBERS', key)
  for _, d in ipairs(dependents) do
    local hash = 'rq:job:' .. d
    local v = redis.call('TYPE', hash).ok == 'hash' and redis.call('HMGET', hash, 'status', 'origin',
      'allow_dependency_failures', 'enqueue_at_front', 'ttl', 'timeout') or {}
    local ready = v[1] == 'deferred' and v[2] and (not failed or v[3] == '1')
    if ready then
      for _, p in ipairs(redis.call('SMEMBERS', 'rq:job::' .. d .. ':dependencies')) do
        if p ~= id then
          local status = redis.call('HGET', 'rq:job:' .. p, 'status')
          local over = status == 'finished' or status == 'failed' and v[3] == '1' or not status and not waits(p)
          if not over then ready = false end
        end
      end
    end
    if ready then
      redis.call('ZREM', 'rq:deferred:' .. v[2], d)
      redis.call('SADD', 'rq:queues', 'rq:queue:' .. v[2])
      redis.call('HSET', hash, 'status', 'queued', 'enqueued_at', now)
      if not v[6] then redis.call('HSET', hash, 'timeout', '180') end
      local ttl = whole(v[5], 0)
      if ttl > 0 then
        redis.call('EXPIRE', hash, ttl)
        redis.call('EXPIRE', hash .. ':dependents', ttl)
        redis.call('EXPIRE', 'rq:job::' .. d .. ':dependencies', ttl)
      end
      redis.call(v[4] == '1' and 'LPUSH' or 'RPUSH', 'rq:queue:' .. v[2], d)
      redis.call('SREM', key, d)
    end
  end
  return #dependents > 0
end
