-- Heartbeats of the channel that is the only argument, as of a show that many watch: each view begins once and goes
-- on, and no address has more of them than the API counts. uvicorn takes the address from a proxy on this machine.
dofile("done.lua")

local VIEWS, ADDRESSES = 20000, 2500
local beats, turn = {}, 0

function init(arguments)
  for view = 1, VIEWS do
    local address = view % ADDRESSES
    local headers = {
      ["Content-Type"] = "application/json",
      ["X-Forwarded-For"] = string.format("10.0.%d.%d", math.floor(address / 250), address % 250 + 1),
    }
    local body = string.format(
      '{"eventId":"%s","viewerHash":"viewer-%06d","viewHash":"view-%06d","date":"2026-11-27T12:00:00Z"}',
      arguments[1], view, view)
    beats[view] = wrk.format("POST", nil, headers, body)
  end
end

function request()
  turn = turn % VIEWS + 1
  return beats[turn]
end
