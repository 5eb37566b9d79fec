package io.pipedeck.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisUrlTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          redis://localhost                        | redis://localhost:6379/0
          redis://localhost:6380                   | redis://localhost:6380/0
          redis://localhost/                       | redis://localhost:6379/0
          redis://localhost/15                     | redis://localhost:6379/15
          redis://localhost/200                    | redis://localhost:6379/200
          redis://localhost?db=3                   | redis://localhost:6379/3
          redis://localhost/2?db=3                 | redis://localhost:6379/2
          redis://localhost?socket_timeout=5       | redis://localhost:6379/0
          rediss://r.example.org:6390/1            | rediss://r.example.org:6390/1
          REDISS://r.example.org                   | rediss://r.example.org:6379/0
          redis://[::1]:6379/0                     | redis://[::1]:6379/0
          redis://[2001:db8::1]                    | redis://[2001:db8::1]:6379/0
          rediss://h?ssl_cert_reqs=required        | rediss://h:6379/0
          redis://:@localhost                      | redis://localhost:6379/0
          """)
  void fillsInWhatIsMissing(String text, String complete) {
    assertThat(RedisUrl.parse(text)).isEqualTo(URI.create(complete));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          redis://:secret@h        | :secret
          redis://ann:secret@h     | ann:secret
          redis://:p%40ss%2Fw@h    | :p@ss/w
          redis://:p@ss@h          | :p@ss
          redis://:a/b#c?d@h       | :a/b#c?d
          redis://:100%sure@h      | :100%sure
          redis://:a:b@h           | :a:b
          redis://:āō@h            | :āō
          """)
  void readsThePasswordAsItWasMeant(String text, String userInfo) {
    URI url = RedisUrl.parse(text);

    assertThat(url.getUserInfo()).isEqualTo(userInfo);
    assertThat(url.getHost()).isEqualTo("h");
    assertThat(URI.create(url.toString()).getUserInfo()).isEqualTo(userInfo);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          localhost:6379                       | is not a URL
          http://:Hush1@h                      | does not begin with redis://
          unix://:Hush1@/run/redis.sock        | does not begin with redis://
          redis://:Hush1@                      | names no host
          redis://:Hush1@h:x                   | a port that is not a number
          redis://:Hush1@h:99999               | a port that is not from 1 to 65535
          redis://:Hush1@h/zero                | a database that is not a number
          redis://:Hush1@h/-1                  | a database that is not a number
          redis://:Hush1@h?db=x                | a database that is not a number
          redis://:Hush1@h1,h2                 | more than one host
          redis://:Hush1@my_redis              | URLs don't allow
          redis://:Hush1@::1                   | stands in brackets
          redis://Hush1@h                      | user or password
          redis://a%3Ab:Hush1@h                | a colon in the user
          rediss://:Hush1@h?ssl_cert_reqs=none | always checked
          """)
  void saysWhatIsWrongWithoutThePassword(String text, String wrong) {
    assertThatThrownBy(() -> RedisUrl.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(wrong)
        .message()
        .doesNotContain("Hush");
  }

  @Test
  void textOfTheConfigurationHidesThePassword() {
    assertThat(new RedisConfig(RedisUrl.parse("redis://:Hush1@h:7000/1"), 1).toString())
        .isEqualTo("RedisConfig[h:7000]");
  }
}
