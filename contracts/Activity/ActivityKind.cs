using System.Text.Json.Serialization;

namespace Engage.Contracts.Activity;

/// <summary>What a user did. The numbers are stored; never renumber.</summary>
[GenerateSerializer, Alias("engage.activity-kind"), JsonConverter(typeof(JsonStringEnumConverter<ActivityKind>))]
public enum ActivityKind
{
    [JsonStringEnumMemberName("viewed")] Viewed = 1,
    [JsonStringEnumMemberName("progressed")] Progressed = 2,
    [JsonStringEnumMemberName("completed")] Completed = 3,
    [JsonStringEnumMemberName("liked")] Liked = 4,
    [JsonStringEnumMemberName("commented")] Commented = 5,
    [JsonStringEnumMemberName("shared")] Shared = 6,
    [JsonStringEnumMemberName("enrolled")] Enrolled = 7,
    [JsonStringEnumMemberName("purchased")] Purchased = 8,
    [JsonStringEnumMemberName("rated")] Rated = 9,
    [JsonStringEnumMemberName("followed")] Followed = 10,
    [JsonStringEnumMemberName("joined")] Joined = 11,
    [JsonStringEnumMemberName("left")] Left = 12,
    [JsonStringEnumMemberName("searched")] Searched = 13,
    [JsonStringEnumMemberName("impression")] Impression = 14,
    [JsonStringEnumMemberName("clicked")] Clicked = 15,
    [JsonStringEnumMemberName("dismissed")] Dismissed = 16,
}
