// REDIS_URL in its forms, and the words for what is wrong with one.
#include "redis/url.hpp"

#include <gtest/gtest.h>

namespace rampart::redis {
namespace {

Url good(std::string_view text) {
  auto const url = parse_url(text);
  EXPECT_TRUE(url) << text << ": " << (url ? "" : url.error().message);
  return url.value_or(Url());
}

TEST(RedisUrl, AHostAloneIsThePlainDefault) {
  auto const url = good("redis://cache.internal");
  EXPECT_EQ(url.host, "cache.internal");
  EXPECT_EQ(url.port, 6379);
  EXPECT_EQ(url.database, 0u);
  EXPECT_FALSE(url.tls);
  EXPECT_EQ(url.user + url.password + url.socket_path, "");
}

TEST(RedisUrl, HasUserPasswordPortAndDatabase) {
  auto const url = good("rediss://app:p%40s%2Fs%3a@[2001:db8::1]:7000/12");
  EXPECT_TRUE(url.tls);
  EXPECT_EQ(url.user, "app");
  EXPECT_EQ(url.password, "p@s/s:");
  EXPECT_EQ(url.host, "2001:db8::1");
  EXPECT_EQ(url.port, 7000);
  EXPECT_EQ(url.database, 12u);
}

TEST(RedisUrl, APasswordMayBeTheDefaultUsers) {
  auto const url = good("redis://:pass@word@h/");
  EXPECT_EQ(url.user, "");
  EXPECT_EQ(url.password, "pass@word") << "the last @ ends it";
  EXPECT_EQ(url.database, 0u);
}

TEST(RedisUrl, NamesAUnixSocketByItsPath) {
  for (std::string const scheme : {"unix://", "redis+unix://"}) {
    EXPECT_EQ(good(scheme + "/run/redis.sock").socket_path, "/run/redis.sock");
    auto const url = good(scheme + "app:secret@/run/x@y.sock?db=3");
    EXPECT_EQ(url.socket_path, "/run/x@y.sock");
    EXPECT_EQ(url.user, "app");
    EXPECT_EQ(url.password, "secret");
    EXPECT_EQ(url.database, 3u);
  }
}

TEST(RedisUrl, IsShownWithoutItsPassword) {
  EXPECT_EQ(good("redis://app:secret@h/2").text(), "redis://app@h:6379/2");
  EXPECT_EQ(good("rediss://:secret@[::1]").text(), "rediss://[::1]:6379/0");
  EXPECT_EQ(good("unix://:secret@/s?db=1").text(), "unix:///s?db=1");
}

TEST(RedisUrl, WhatIsWrongIsSaidWithoutRepeatingIt) {
  for (std::string const text : {"http://h",
                                 "redis://",
                                 "redis:///0",
                                 "redis://secret@h",
                                 "redis://user:@h",
                                 "redis://u:secret@h:0",
                                 "redis://u:secret@h:65536",
                                 "redis://u:secret@h/x",
                                 "redis://u:secret@h/-1",
                                 "redis://u:secret@h/99999999999",
                                 "redis://u:secret@h?db=1",
                                 "redis://u:secret@h#x",
                                 "redis://u:secret%4@h",
                                 "redis://u:secret%zz@h",
                                 "redis://u:secret %@h",
                                 "unix://run/redis.sock",
                                 "unix://u:secret@",
                                 "unix:///",
                                 "unix:///s?database=1",
                                 "unix:///s?db=x",
                                 ""}) {
    auto const url = parse_url(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().code, Errc::invalid_params);
    EXPECT_EQ(url.error().message.find("secret"), std::string::npos) << url.error().message;
  }
}

}  // namespace
}  // namespace rampart::redis
