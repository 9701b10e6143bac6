#include "base/mcp_metrics.hpp"

#include <gmock/gmock.h>

#include <cstdio>
#include <filesystem>
#include <thread>

#include "base/process_metrics.hpp"
#include "log_capture.hpp"
#include "metrics_golden.hpp"

namespace rampart::base {
namespace {
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class SettableClock final : public Clock {
 public:
  Steady::time_point at{};
  Steady::time_point now() const override { return at; }
  Wall::time_point wall() const override { return {}; }
};

// Errc::parse_error, invalid_request, method_not_found, invalid_params are enough here.
McpLabels labels() {
  McpLabels l;
  l.methods = {"initialize", "tools/list", "tools/call"};
  l.versions = {"2025-11-25", "2026-07-28"};
  l.errors = {{"parse_error", "-32700"},
              {"invalid_request", "-32600"},
              {"method_not_found", "-32601"},
              {"invalid_params", "-32602"}};
  l.known = {{"initialize", "2025-11-25"}, {"tools/call", "2026-07-28"}};
  return l;
}

struct McpMetricsTest : ::testing::Test {
  Metrics metrics;
  McpMetrics mcp{metrics, labels()};
  SettableClock clock;
  ProcessMetrics process{metrics, clock, "0.1.0"};
  McpMetricsTest() {
    count_dropped_lines(metrics, [] { return 3.0; });
    count_dropped_audit_lines(metrics, [] { return 2.0; });
  }
  McpMetrics::RequestEnd call(std::string_view tool) {
    McpMetrics::RequestEnd end;
    end.method = 2;
    end.version = 1;
    end.tool = &mcp.tool(tool);
    end.duration = std::chrono::milliseconds(2);
    return end;
  }
};

TEST_F(McpMetricsTest, ASuccessfulCallIsCountedInEveryFamily) {
  mcp.finish(call("echo"));
  EXPECT_THAT(
      metrics.text(),
      AllOf(
          HasSubstr(
              "mcp_requests_total{method=\"tools/call\",status=\"success\",client_id=\"anonymous\","
              "version=\"2026-07-28\"} 1\n"),
          HasSubstr("mcp_request_duration_seconds_bucket{method=\"tools/"
                    "call\",endpoint=\"http\",le=\"0.001\"} 0\n"),
          HasSubstr("mcp_request_duration_seconds_bucket{method=\"tools/"
                    "call\",endpoint=\"http\",le=\"0.0025\"} 1\n"),
          HasSubstr(
              "mcp_request_duration_seconds_sum{method=\"tools/call\",endpoint=\"http\"} 0.002\n"),
          HasSubstr("mcp_tool_usage_total{tool_name=\"echo\",success=\"true\"} 1\n"),
          HasSubstr("mcp_tool_usage_total{tool_name=\"echo\",success=\"false\"} 0\n"),
          HasSubstr("mcp_server_operation_duration_seconds_count{mcp_method_name=\"tools/call\","
                    "gen_ai_tool_name=\"echo\",error_type=\"\",mcp_protocol_version=\"2026-07-28\"}"
                    " 1\n")));
}

TEST_F(McpMetricsTest, AFailureIsCountedByItsMeaningAndItsCode) {
  auto end = call("echo");
  end.status = RequestStatus::error;
  end.error = Errc::invalid_params;
  end.endpoint = Endpoint::sse;
  mcp.finish(end);
  mcp.finish(end);
  EXPECT_THAT(
      metrics.text(),
      AllOf(
          HasSubstr("mcp_errors_total{error_type=\"invalid_params\"} 2\n"),
          HasSubstr("{method=\"tools/"
                    "call\",status=\"error\",client_id=\"anonymous\",version=\"2026-07-28\"} 2\n"),
          HasSubstr("mcp_tool_usage_total{tool_name=\"echo\",success=\"false\"} 2\n"),
          HasSubstr(
              "mcp_request_duration_seconds_count{method=\"tools/call\",endpoint=\"sse\"} 2\n"),
          HasSubstr("gen_ai_tool_name=\"echo\",error_type=\"-32602\",mcp_protocol_version=\"2026-"
                    "07-28\"} 2\n")));
}

TEST_F(McpMetricsTest, AToolsOwnErrorIsAnErrorOfItsOperation) {
  auto end = call("echo");
  end.status = RequestStatus::tool_error;
  mcp.finish(end);
  EXPECT_THAT(metrics.text(), HasSubstr("gen_ai_tool_name=\"echo\",error_type=\"tool_error\","
                                        "mcp_protocol_version=\"2026-07-28\"} 1\n"));
}

TEST_F(McpMetricsTest, WhatIsUnknownIsOtherAndNone) {
  McpMetrics::RequestEnd end;
  end.status = RequestStatus::rejected;
  end.error = Errc::internal;  // not in the table of this test
  mcp.finish(end);
  EXPECT_THAT(
      metrics.text(),
      AllOf(
          HasSubstr("{method=\"other\",status=\"rejected\",client_id=\"anonymous\",version="
                    "\"none\"} 1\n"),
          HasSubstr("mcp_errors_total{error_type=\"other\"} 1\n"),
          HasSubstr("mcp_request_duration_seconds_count{method=\"other\",endpoint=\"http\"} 1\n")));
}

TEST_F(McpMetricsTest, EveryStatusVersionAndMethodHasItsOwnCell) {
  for (std::size_t method = 0; method < 3; ++method) {
    for (std::size_t version = 0; version < 2; ++version) {
      for (std::size_t s = 0; s < request_status_count; ++s) {
        McpMetrics::RequestEnd end;
        end.method = method;
        end.version = version;
        end.status = static_cast<RequestStatus>(s);
        for (std::size_t n = 0; n < 1 + method * 100 + version * 10 + s; ++n) mcp.finish(end);
      }
    }
  }
  auto const text = metrics.text();
  auto const l = labels();
  for (std::size_t method = 0; method < 3; ++method) {
    for (std::size_t version = 0; version < 2; ++version) {
      for (std::size_t s = 0; s < request_status_count; ++s) {
        EXPECT_THAT(
            text, HasSubstr("mcp_requests_total{method=\"" + l.methods[method] + "\",status=\"" +
                            std::string(to_string(static_cast<RequestStatus>(s))) +
                            "\",client_id=\"anonymous\",version=\"" + l.versions[version] + "\"} " +
                            std::to_string(1 + method * 100 + version * 10 + s) + "\n"));
      }
    }
  }
}

TEST_F(McpMetricsTest, ClientsBeyondTheBoundAreOther) {
  for (std::size_t i = 0; i < McpMetrics::max_clients + 50; ++i) {
    auto end = call("echo");
    end.client = &mcp.client("client-" + std::to_string(i));
    mcp.finish(end);
  }
  auto const text = metrics.text();
  EXPECT_THAT(text, AllOf(HasSubstr("client_id=\"client-0\""), HasSubstr("client_id=\"client-98\""),
                          Not(HasSubstr("client_id=\"client-99\"")),
                          HasSubstr("client_id=\"other\",version=\"2026-07-28\"} 51\n")));
  EXPECT_EQ(&mcp.client("client-0"), &mcp.client("client-0"));
}

TEST_F(McpMetricsTest, ToolsBeyondTheBoundAreOther) {
  for (std::size_t i = 0; i <= McpMetrics::max_tools; ++i) mcp.tool("tool-" + std::to_string(i));
  EXPECT_EQ(&mcp.tool("one-more"), &mcp.tool("and-another"));
  mcp.finish(call("one-more"));
  auto const text = metrics.text();
  EXPECT_THAT(text, AllOf(HasSubstr("{tool_name=\"tool-499\",success=\"true\"} 0\n"),
                          Not(HasSubstr("tool-500")),
                          HasSubstr("{tool_name=\"other\",success=\"true\"} 1\n")));
}

TEST_F(McpMetricsTest, RejectionsAndCacheLookupsHaveTheirSeriesFromTheStart) {
  mcp.rejected(Rejection::origin);
  mcp.cache(CacheOutcome::bypass);
  auto const text = metrics.text();
  for (auto const* reason : {"host", "size", "header", "parse", "rate", "overload"}) {
    EXPECT_THAT(text, HasSubstr("mcp_rejected_total{reason=\"" + std::string(reason) + "\"} 0\n"));
  }
  for (auto const* type : {"hit", "miss", "error"}) {
    EXPECT_THAT(text, HasSubstr("mcp_cache_hits_total{type=\"" + std::string(type) + "\"} 0\n"));
  }
  EXPECT_THAT(text, AllOf(HasSubstr("mcp_rejected_total{reason=\"origin\"} 1\n"),
                          HasSubstr("mcp_cache_hits_total{type=\"bypass\"} 1\n"),
                          HasSubstr("mcp_log_lines_dropped_total 3\n")));
}

TEST_F(McpMetricsTest, ManyThreadsMayFinishTheSameNewRequestAtOnce) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) mcp.finish(call("echo"));
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_THAT(metrics.text(), HasSubstr("{tool_name=\"echo\",success=\"true\"} 4000\n"));
}

TEST_F(McpMetricsTest, ASessionsLengthIsObserved) {
  mcp.session_ended(0, std::chrono::seconds(3));
  EXPECT_THAT(metrics.text(), HasSubstr("mcp_server_session_duration_seconds_bucket{mcp_protocol_"
                                        "version=\"2025-11-25\",le=\"5\"} 1\n"));
}

TEST_F(McpMetricsTest, ProcessMetricsDescribeThisProcess) {
  auto const text = metrics.text();
  EXPECT_THAT(text, HasSubstr("rampart_build_info{version=\"0.1.0\",compiler=\""));
  auto const sample = sample_process();
  EXPECT_GT(sample.cpu_seconds, 0);
  EXPECT_GT(sample.resident_bytes, 1024 * 1024);
  EXPECT_GT(sample.max_fds, 10);
  auto const disk =
      std::filesystem::space(".");  // others write meanwhile: it may be off by a tenth
  EXPECT_EQ(sample.disk_size_bytes, static_cast<double>(disk.capacity));
  EXPECT_NEAR(sample.disk_free_bytes, static_cast<double>(disk.available),
              static_cast<double>(disk.capacity) / 10);
  testing::Pipe const two_more;
  EXPECT_EQ(sample_process().open_fds, sample.open_fds + 2);
  auto const age =
      std::chrono::duration<double>(Wall::now().time_since_epoch()).count() - process_start_time();
  EXPECT_GE(age, -1);
  EXPECT_LT(age, 3600);
}

TEST_F(McpMetricsTest, CpuPercentIsOverTheIntervalSinceTheLastScrape) {
  auto const before = sample_process().cpu_seconds;
  volatile std::uint64_t work = 0;
  while (sample_process().cpu_seconds - before < 0.05) {
    for (int i = 0; i < 100'000; ++i) work = work + 1;
  }
  clock.at += std::chrono::seconds(1);
  metrics.text();
  auto const percent = [&] {
    auto const text = metrics.text();
    return std::stod(text.substr(text.find("\nmcp_cpu_usage_percent ") + 23));
  };
  auto const measured = percent();
  EXPECT_GE(measured, 5);
  clock.at += std::chrono::milliseconds(500);  // too soon: the figure stays
  EXPECT_EQ(percent(), measured);
}

// Names and labels of everything in the first scrape; values are left out.
TEST_F(McpMetricsTest, TheFirstScrapeIsTheGoldenList) {
  mcp.tool("echo");
  std::string list;
  for (auto const& line : testing::lines_of(metrics.text())) {
    auto series = line.substr(0, line.starts_with('#') ? std::string::npos : line.rfind(' '));
    if (series.find("compiler=") != std::string::npos)
      series = "rampart_build_info{version,compiler}";
    list += series + "\n";
  }
  rampart::testing::expect_golden(__FILE__, "tests/unit/base/metrics_series.golden", list);
}

TEST_F(McpMetricsTest, PromtoolAcceptsAScrape) {
  ASSERT_EQ(std::system("command -v promtool >/dev/null"), 0)
      << "promtool is missing: script/setup installs it (Debian package prometheus)";
  mcp.finish(call("echo"));
  mcp.finish(McpMetrics::RequestEnd());
  // Only what promtool itself says is shown; gtest reports its exit code.
  std::FILE* const promtool = ::popen("promtool check metrics 2>&1", "w");
  ASSERT_NE(promtool, nullptr);
  auto const text = metrics.text();
  std::fwrite(text.data(), 1, text.size(), promtool);
  EXPECT_EQ(::pclose(promtool), 0);
}

}  // namespace
}  // namespace rampart::base
