package io.pipedeck.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlatformTest {
  @ParameterizedTest
  @CsvSource({
    "Linux,      amd64,   postgres-linux-x86_64.txz,   redis-server-7.0.15-linux-amd64",
    "Linux,      aarch64, postgres-linux-arm_64.txz,   redis-server-7.0.15-linux-arm64",
    "Mac OS X,   x86_64,  postgres-darwin-x86_64.txz,  redis-server-7.0.15-darwin-amd64",
    "Mac OS X,   aarch64, postgres-darwin-arm_64.txz,  redis-server-7.0.15-darwin-arm64",
    "Windows 11, amd64,   postgres-windows-x86_64.txz, ''",
  })
  void resourcesAreNamedAsTheirArtifactsNameThem(
      String osName, String osArch, String postgres, String redis) {
    var platform = Platform.of(osName, osArch);

    assertThat(platform.postgresArchive()).isEqualTo(postgres);
    assertThat(platform.redisProgram().orElse("")).isEqualTo(redis);
  }

  @ParameterizedTest
  @CsvSource({"Linux, amd64", "Linux, aarch64", "Mac OS X, x86_64", "Mac OS X, aarch64"})
  void redisIsThereForEveryPlatformThatHasOne(String osName, String osArch) {
    String resource = Platform.of(osName, osArch).redisProgram().orElseThrow();

    assertThat(Platform.class.getClassLoader().getResource(resource)).isNotNull();
  }

  @Test
  void configurationOfRedisQuotesEveryPath() {
    assertThat(RedisConfig.quoted("/a b\"c/ā")).isEqualTo("\"/a\\x20b\\x22c/\\xc4\\x81\"");
  }
}
