package io.sluice.cache.redis;

/** What is done in Redis in one step. Each script uses one key, and limits what it answers (K08). */
final class Scripts {

    /** What an answer says that would be longer than is read. */
    static final String TOO_LONG = "SLUICE_TOO_LONG";

    /** A field of a hash; arguments: the field, the most bytes that its value may have. */
    static final Script READ_FIELD = new Script("""
            local length = redis.call('HSTRLEN', KEYS[1], ARGV[1])
            if length == 0 then
              return false
            elseif length > tonumber(ARGV[2]) then
              return redis.error_reply('SLUICE_TOO_LONG ' .. length .. ' bytes')
            end
            return redis.call('HGET', KEYS[1], ARGV[1])
            """);

    /**
     * The fields of a hash with their values, in turn; arguments: the most fields, the most bytes of a field, the most bytes
     * of a value. What is longer is left out.
     */
    static final Script READ_FIELDS = new Script("""
            local all = {}
            for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
              if #all >= 2 * tonumber(ARGV[1]) then
                break
              end
              if #field <= tonumber(ARGV[2]) and redis.call('HSTRLEN', KEYS[1], field) <= tonumber(ARGV[3]) then
                all[#all + 1] = field
                all[#all + 1] = redis.call('HGET', KEYS[1], field)
              end
            end
            return all
            """);

    /**
     * Writes fields of a hash; arguments: how long it is kept, milliseconds; the most fields; then fields and values, in
     * turn. One field too many makes another leave; what is no hash goes away.
     */
    static final Script WRITE_FIELDS = new Script("""
            local kind = redis.call('TYPE', KEYS[1])['ok']
            if kind ~= 'hash' and kind ~= 'none' then
              redis.call('UNLINK', KEYS[1])
            end
            for i = 3, #ARGV, 2 do
              if redis.call('HEXISTS', KEYS[1], ARGV[i]) == 0 and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[2]) then
                redis.call('HDEL', KEYS[1], redis.call('HRANDFIELD', KEYS[1]))
              end
              redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
            end
            redis.call('PEXPIRE', KEYS[1], ARGV[1])
            return 1
            """);

    /**
     * Writes a field of a hash unless somebody else has; arguments: how long it is kept, milliseconds; the most fields; the
     * field; the value that it had, or nothing; the value.
     */
    static final Script REPLACE_FIELD = new Script("""
            if (redis.call('HGET', KEYS[1], ARGV[3]) or '') ~= ARGV[4] then
              return 0
            end
            if ARGV[4] == '' and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[2]) then
              return 0
            end
            redis.call('HSET', KEYS[1], ARGV[3], ARGV[5])
            redis.call('PEXPIRE', KEYS[1], ARGV[1])
            return 1
            """);

    /** Renews a lease unless it is another's by now; arguments: the token, how long from now, milliseconds. */
    static final Script RENEW_LEASE = new Script("""
            if redis.call('GET', KEYS[1]) ~= ARGV[1] then
              return 0
            end
            return redis.call('PEXPIRE', KEYS[1], ARGV[2])
            """);

    /** A value with how long it is kept, milliseconds; nothing where there is none; argument: the most bytes. */
    static final Script READ_EXPIRING = new Script("""
            local length = redis.call('STRLEN', KEYS[1])
            if length == 0 then
              return {}
            elseif length > tonumber(ARGV[1]) then
              return redis.error_reply('SLUICE_TOO_LONG ' .. length .. ' bytes')
            end
            return {redis.call('GET', KEYS[1]), redis.call('PTTL', KEYS[1])}
            """);

    /** Removes a value unless it is another by now; argument: the value. */
    static final Script REMOVE_SAME = new Script("""
            if redis.call('GET', KEYS[1]) ~= ARGV[1] then
              return 0
            end
            return redis.call('DEL', KEYS[1])
            """);

    private Scripts() {}
}
