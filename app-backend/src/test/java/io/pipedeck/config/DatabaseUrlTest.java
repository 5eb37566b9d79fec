package io.pipedeck.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          postgresql://u:p@localhost:5432/db            | jdbc:postgresql://localhost:5432/db
          postgres://u:p@localhost/db                   | jdbc:postgresql://localhost:5432/db
          POSTGRES://u:p@localhost:/db                  | jdbc:postgresql://localhost:5432/db
          postgresql+psycopg2://u:p@localhost/db        | jdbc:postgresql://localhost:5432/db
          jdbc:postgresql://u:p@localhost/db            | jdbc:postgresql://localhost:5432/db
          '  postgresql://u:p@localhost/db '            | jdbc:postgresql://localhost:5432/db
          postgresql://u:p@my_db:6543/db                | jdbc:postgresql://my_db:6543/db
          postgresql://u:p@[::1]:5433/db                | jdbc:postgresql://[::1]:5433/db
          postgresql://u:p@[::1]/db                     | jdbc:postgresql://[::1]:5432/db
          postgresql://u:p@[fe80::1%25eth0]/db          | jdbc:postgresql://[fe80::1%eth0]:5432/db
          postgresql://u:p@a:1,b,c:3/db                 | jdbc:postgresql://a:1,b:5432,c:3/db
          postgresql://u:p@localhost/my%20db%2Fx        | jdbc:postgresql://localhost:5432/my+db%2Fx
          postgresql://u:p@localhost/                   | jdbc:postgresql://localhost:5432/u
          postgresql://u:p@localhost                    | jdbc:postgresql://localhost:5432/u
          postgresql://u:p@localhost?connect_timeout=5  | jdbc:postgresql://localhost:5432/u?connectTimeout=5
          postgresql://u:p@localhost/db?                | jdbc:postgresql://localhost:5432/db
          """)
  void takesTheFormsThatDeploymentsUse(String text, String jdbcUrl) {
    assertThat(DatabaseUrl.parse(text)).isEqualTo(new DatabaseUrl(jdbcUrl, "u", "p"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          postgresql://u:s3cret@db/x          | s3cret
          postgresql://u:p%40ss%2Fw%3Ard@db/x | p@ss/w:rd
          postgresql://u:p@ss@db/x            | p@ss
          postgresql://u:a/b@db/x             | a/b
          postgresql://u:a?b=c@db/x           | a?b=c
          postgresql://u:a#b@db/x             | a#b
          postgresql://u:a:b::c@db/x          | a:b::c
          postgresql://u:123/4@db/x           | 123/4
          postgresql://u:[x]@db/x             | [x]
          postgresql://u:100%sure@db/x        | 100%sure
          postgresql://u:%@db/x               | %
          postgresql://u:a+b@db/x             | a+b
          postgresql://u:a b@db/x             | a b
          postgresql://u:%C4%81%C5%8D@db/x    | āō
          postgresql://u:āō@db/x              | āō
          """)
  void readsThePasswordAsItWasMeant(String text, String password) {
    DatabaseUrl url = DatabaseUrl.parse(text);

    assertThat(url.password()).isEqualTo(password);
    assertThat(url.user()).isEqualTo("u");
    assertThat(url.jdbcUrl()).isEqualTo("jdbc:postgresql://db:5432/x");
  }

  @Test
  void userAndPasswordMayBeMissing() {
    assertThat(DatabaseUrl.parse("postgresql://db/x"))
        .isEqualTo(new DatabaseUrl("jdbc:postgresql://db:5432/x", null, null));
    assertThat(DatabaseUrl.parse("postgresql://u@db/x"))
        .isEqualTo(new DatabaseUrl("jdbc:postgresql://db:5432/x", "u", null));
    assertThat(DatabaseUrl.parse("postgresql://u:@db/x"))
        .isEqualTo(new DatabaseUrl("jdbc:postgresql://db:5432/x", "u", null));
    assertThat(DatabaseUrl.parse("postgresql://db"))
        .isEqualTo(new DatabaseUrl("jdbc:postgresql://db:5432/", null, null));
  }

  @Test
  void userAndPasswordInTheParametersLeaveTheUrl() {
    assertThat(DatabaseUrl.parse("jdbc:postgresql://db/x?user=ann&password=a%2Bb+c&readOnly=true"))
        .isEqualTo(new DatabaseUrl("jdbc:postgresql://db:5432/x?readOnly=true", "ann", "a+b c"));
    assertThat(DatabaseUrl.parse("postgresql://db/x?user=ann&password=a+b").password())
        .isEqualTo("a+b");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          sslmode=verify-full                  | sslmode=verify-full
          sslrootcert=/etc/ca.pem              | sslrootcert=%2Fetc%2Fca.pem
          application_name=a%20b               | ApplicationName=a+b
          fallback_application_name=x          | ApplicationName=x
          application_name=a&fallback_application_name=x | ApplicationName=a
          connect_timeout=10                   | connectTimeout=10
          options=-c%20search_path%3Djobs      | options=-c+search_path%3Djobs
          options=-csearch_path=jobs           | options=-csearch_path%3Djobs
          target_session_attrs=read-write      | targetServerType=primary
          target_session_attrs=primary         | targetServerType=primary
          target_session_attrs=read-only       | targetServerType=secondary
          target_session_attrs=standby         | targetServerType=secondary
          target_session_attrs=prefer-standby  | targetServerType=preferSecondary
          target_session_attrs=any             | targetServerType=any
          channel_binding=require              | channelBinding=require
          load_balance_hosts=random            | loadBalanceHosts=true
          load_balance_hosts=disable           | loadBalanceHosts=false
          keepalives=0                         | tcpKeepAlive=false
          sslnegotiation=direct                | sslNegotiation=direct
          ssl=true                             | sslmode=require
          ssl=true&sslmode=verify-ca           | sslmode=verify-ca
          pgbouncer=true                       | prepareThreshold=0
          currentSchema=jobs                   | currentSchema=jobs
          """)
  void translatesParametersForTheDriver(String given, String forDriver) {
    assertThat(DatabaseUrl.parse("postgresql://u:p@db/x?" + given).jdbcUrl())
        .isEqualTo("jdbc:postgresql://db:5432/x?" + forDriver);
  }

  @Test
  void leavesTheParametersOfJdbcUrlsAlone() {
    assertThat(
            DatabaseUrl.parse("jdbc:postgresql://db.example.org/x?ssl=true&options=a+b").jdbcUrl())
        .isEqualTo("jdbc:postgresql://db.example.org:5432/x?ssl=true&options=a+b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "db.abcdefgh.supabase.co",
        "8.8.8.8",
        "172.32.0.1",
        "192.169.0.1",
        "[2001:db8::1]",
        "localhost.example.org",
        "10.example.org",
        "db,db.example.org",
      })
  void requiresTlsForPublicHosts(String host) {
    assertThat(DatabaseUrl.parse("postgresql://u:p@" + host + "/x").jdbcUrl())
        .endsWith("/x?sslmode=require");
    assertThat(DatabaseUrl.parse("postgresql://u:p@" + host + "/x?sslmode=disable").jdbcUrl())
        .endsWith("/x?sslmode=disable");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LOCALHOST",
        "pg.localhost",
        "127.0.0.1",
        "127.8.8.8",
        "[::1]",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.7.7",
        "169.254.1.1",
        "[fc00::1]",
        "[fdab::1]",
        "[fe80::1]",
        "[fe80::1%25eth0]",
        "[::ffff:10.0.0.1]",
        "postgres",
        "my_db",
        "10.0.0.1,db",
      })
  void asksForNoTlsWithinThisMachineOrAPrivateNetwork(String host) {
    assertThat(DatabaseUrl.parse("postgresql://u:p@" + host + "/x").jdbcUrl()).endsWith("/x");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          mysql://u:Hush1@db/x                            | does not begin with postgresql://
          u:Hush1@db/x                                    | does not begin with postgresql://
          jdbc:postgresql:x?password=Hush1                | does not begin with postgresql://
          postgresql://u:Hush1@/x                         | names no host
          postgresql://u:Hush1@                           | names no host
          postgresql://                                   | names no host
          postgresql:///x                                 | names no host
          postgresql://u:Hush1@db:0/x                     | a port that is not from 1 to 65535
          postgresql://u:Hush1@db:65536/x                 | a port that is not from 1 to 65535
          postgresql://u:Hush1@db:123456/x                | a port that is not from 1 to 65535
          postgresql://u:Hush1@db:five/x                  | a port that is not a number
          postgresql://u:Hush1/x                          | misses the @ between password and host
          postgresql://u:Hush1@::1/x                      | an IPv6 address stands in brackets
          postgresql://u:Hush1@2001:db8::1/x              | an IPv6 address stands in brackets
          postgresql://u:Hush1@db/x#y                     | has a # after the host
          postgresql://u:Hush1@db/x/y                     | can't be read
          postgresql://u:Hush1@db/x?sslmode               | can't be read
          postgresql://u:Hush1@d b/x                      | can't be read
          postgresql://u:Hush1@ss?a=1@db/x                | more than one way
          postgresql://u:Hush1@db/x?application_name=a@b  | more than one way
          postgresql://u:Hush1%zz%41@db/x                 | write it as %25
          postgresql://u:Hush1%FF@db/x                    | codes in the password that are no UTF-8 text
          postgresql://u:Hush1%00@db/x                    | codes in the password that are no UTF-8 text
          postgresql://:Hush1@db/x                        | a password but no user
          postgresql://u:Hush1@db/x?sslmode=on            | none of disable, allow, prefer, require
          postgresql://u:Hush1@db/x?host=/run/postgresql  | the parameter host
          postgresql://u:Hush1@db/x?target_session_attrs=y| a target_session_attrs that is none of
          """)
  void saysWhatIsWrongWithoutThePassword(String text, String wrong) {
    assertThatThrownBy(() -> DatabaseUrl.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(wrong)
        .message()
        .doesNotContain("Hush");
  }

  @Test
  void refusesWhatIsTooLongOrHasControlCharacters() {
    assertThatThrownBy(() -> DatabaseUrl.parse("postgresql://u:p\nq@db/x"))
        .hasMessageContaining("line break");
    assertThatThrownBy(() -> DatabaseUrl.parse("postgresql://u:" + "p".repeat(5_000) + "@db/x"))
        .hasMessageContaining("longer than");
  }

  @Test
  void longHostListsDontExhaustTheStack() {
    Throwable thrown =
        catchThrowable(() -> DatabaseUrl.parse("postgresql://u:p@" + "h,".repeat(1_900) + "h/x"));

    assertThat(thrown).isNull();
  }

  @Test
  void textOfItHidesPasswords() {
    String text =
        DatabaseUrl.parse("postgresql://u:Hush1@db/x?sslpassword=Hush2&readOnly=true").toString();

    assertThat(text).doesNotContain("Hush").contains("db:5432/x", "readOnly=true", "as u");
  }
}
