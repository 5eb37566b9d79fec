-- Shows what PostgreSQL says of many jobs, in the order given. The functions that it calls stand before it, one a file.
-- One that meets something odd in Redis is left out, with the error as its answer; the others are shown all the same.
-- ARGV: for each run of changes of one kind its name, how many values each has, how many they are, their values.
-- A change gets its values in a table that the next one gets too: it must not keep it.
local answers, at, A = {}, 1, {}
while at <= #ARGV do
  local name, size, last = ARGV[at], tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
  at = at + 3
  last = at + size * last - 1
  no_dependents = false
  if begins[name] then begins[name](at, last, size) end
  while at <= last do
    for k = 1, size do A[k] = ARGV[at + k - 1] end
    at = at + size
    running = #answers + 1
    local well, answer = pcall(changes[name], A)
    answers[running] = well and answer or error_text(answer)
  end
  do_what_is_left(answers)
end
return answers
