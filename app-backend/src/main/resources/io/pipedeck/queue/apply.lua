-- Shows what PostgreSQL says of many jobs, in the order given. The functions that it calls stand before it, one a file.
-- ARGV: for each change its name, the number of its values, its values.
local answers, at = {}, 1
while at <= #ARGV do
  local name, count, values = ARGV[at], tonumber(ARGV[at + 1]), {}
  for i = 1, count do values[i] = ARGV[at + 1 + i] end
  answers[#answers + 1] = changes[name](values)
  at = at + 2 + count
end
return answers
